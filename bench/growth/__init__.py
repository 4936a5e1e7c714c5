"""The cost of a thousand times as many jobs or payments."""
