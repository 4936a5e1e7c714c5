"""A client and a worker bargain over an application: they propose and accept offers."""
