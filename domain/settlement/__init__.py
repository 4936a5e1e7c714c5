"""End a booking: its status and its money change in one transaction."""
