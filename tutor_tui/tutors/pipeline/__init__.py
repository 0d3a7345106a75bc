"""The turn-based loop: record, transcribe, chat, speak, each by a service of its own."""
