"""The floor: the same framework, server and options, the same bytes in and out, and nothing in between."""
