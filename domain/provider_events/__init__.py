"""The event that a provider sent ends in the noun that it names: below `oversight`, above all nouns."""
