"""``bench growth``: what a thousand times as many jobs cost a page, a search and a new job."""
