"""What a Realtime server really does, found out by asking it."""
