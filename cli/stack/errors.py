"""What can go wrong with a stack."""


class StackError(Exception):
    """The stack could not be started or stopped; the message says why, or what to look at."""
