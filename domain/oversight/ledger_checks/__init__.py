"""What was found when the books were held against each other: often over what is new, daily over everything."""
