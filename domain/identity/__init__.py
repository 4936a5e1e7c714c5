"""Accounts, sessions, one-time links and service tokens: the means by which a person or a program authenticates."""
