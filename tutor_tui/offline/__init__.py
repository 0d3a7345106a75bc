"""A local realtime server with ears, a voice and a guide: a program of its own (`python -m tutor_tui.offline`)."""
