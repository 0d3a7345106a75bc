"""One connection's side of a Realtime conversation, whatever carries it.

Frames in, events and frames out; no socket.
"""
