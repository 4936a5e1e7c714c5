"""Queries of operators across all nouns: lists, one object with all that belongs to it, and the history of a request.

This package reads every noun, and no noun imports it.  Some queries scan a table, because an index that only operators
use would slow down every request.
"""
