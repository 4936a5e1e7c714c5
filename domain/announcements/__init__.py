"""Write notifications: the texts of every kind, its channels, and the e-mails.

This package reads every noun, and no noun imports it: a noun calls :mod:`domain.notifications.notify`.
"""
