"""Notifications: their kinds, their queue, and the list that a person reads.

The lowest of two halves: :mod:`domain.announcements` writes the words and chooses the channels.
"""
