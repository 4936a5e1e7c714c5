"""A client publishes, edits and ends a job, and the workers who applied are answered."""
