"""Accounts, sessions, one-time links and service tokens: how a person or a program proves who calls."""
