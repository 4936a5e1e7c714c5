"""Events of providers: verified, stored once, answered at once; a Celery worker applies them.  One file a provider."""
