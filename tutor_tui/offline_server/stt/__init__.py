"""Speech to text, in child processes: pocketsphinx for English, Whisper for every language."""
