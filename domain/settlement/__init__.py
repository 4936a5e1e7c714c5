"""End a booking: its state and its money change in one transaction."""
