"""What OpenAI's API looks like, for our clients and our own server.

Addresses, keys, HTTP requests, chat, speech, transcription; no lesson and no WebSocket.
"""
