"""Bring a client and a worker together: jobs, profiles, applications, offers and invitations, until one is hired."""
