"""What is to be said to whom: the kinds, the queue, and what a person finds under the bell.

The lowest of two halves: :mod:`domain.announcements` writes the words and chooses the channels.
"""
