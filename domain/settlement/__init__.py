"""End a booking: the only place where its state and its money change together."""
