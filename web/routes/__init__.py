"""One file a noun: paths, bodies, status codes, and one use case each."""
