"""tutor-tui: a voice language tutor for people who live in a terminal."""

__version__ = "0.1.0"
