"""Say to people what happened: the words of every kind of notification, its channels, and the e-mails.

It reads every noun, and no noun imports it: a noun calls :mod:`domain.notifications.notify`.
"""
