"""The errors of a stack."""


class StackError(Exception):
    """The stack could not be started or stopped; the message says why, or what to look at."""


class PortTaken(StackError):
    """Another process took a port between the moment we chose it and the moment our process listened there."""
