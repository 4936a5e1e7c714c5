"""A client publishes, edits and ends a job; its end declines and notifies the workers who applied."""
