"""Drive a server over HTTP from lists of requests that were made beforehand."""
