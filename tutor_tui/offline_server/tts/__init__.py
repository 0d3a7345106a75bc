"""Text to speech, by espeak-ng."""
