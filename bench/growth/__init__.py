"""What a past of a thousand times as many jobs or payments costs."""
