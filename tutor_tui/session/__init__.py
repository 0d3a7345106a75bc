"""The lesson under way: joins a tutor, a microphone and a speaker, and owns the only mutable now."""
