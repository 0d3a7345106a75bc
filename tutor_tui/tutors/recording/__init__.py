"""A lesson as it passed between us and the tutor, in a file: written, read, and played back as a tutor."""
