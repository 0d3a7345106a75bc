"""What clients may send: every field, its type and its range."""
