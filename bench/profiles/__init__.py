"""Where the time of the platform's processes goes."""
