"""The lesson as plain lines, for screen readers, pipes and slow lines: the other front end."""
