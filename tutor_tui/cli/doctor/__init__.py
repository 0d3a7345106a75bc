"""`tutor-tui doctor`: looks at everything a lesson needs, and says how to fix what is missing."""
