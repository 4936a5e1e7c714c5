"""Benchmarks: every claim about speed and size, side by side with the peers, repeatable with one command."""
