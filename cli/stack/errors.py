"""The errors of a stack."""


class StackError(Exception):
    """A stack could not be started or stopped; the message says why, or where the operator finds the reason."""


class PortTaken(StackError):
    """Another process took a port after ``up`` had chosen it and before our process listened there."""
