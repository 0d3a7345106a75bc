"""The sound card: the only place with PortAudio threads."""
