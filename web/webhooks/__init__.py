"""Events of providers: verified, taken in once, answered at once; a Celery worker applies them.  A file a provider."""
