"""The tutor with a language model: any OpenAI-compatible chat server."""
