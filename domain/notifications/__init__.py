"""Notifications: their kinds, their queue, and the list that a person reads.

This is the lower of two halves: :mod:`domain.announcements` writes the texts and chooses the channels.
"""
