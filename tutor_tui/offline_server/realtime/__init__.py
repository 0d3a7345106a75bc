"""One Realtime session: settings, conversation, turns and responses.

Client events come in, server events go out, and errors carry the codes that OpenAI's service gives.
"""
