"""What the server needs of the tutor's parts, as Protocols."""
