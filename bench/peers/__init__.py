"""The peers: the same service as one would build it with FastAPI and Celery.

A world of its own: it knows nothing of ours but the same data, requests and answers.
``naive`` is the competent first version at its libraries' defaults; ``tuned`` is the same, tuned.
"""
