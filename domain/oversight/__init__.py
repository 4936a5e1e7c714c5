"""Look-ups of operators across all nouns: lists, one thing with all that belongs to it, and the story of a request.

It reads every noun, and no noun imports it.  Some look-ups scan a table, because an index that only operators use
would slow down every request.
"""
