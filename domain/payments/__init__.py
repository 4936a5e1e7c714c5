"""Take a client's money for a booking, and send it back: charges, captures and refunds."""
