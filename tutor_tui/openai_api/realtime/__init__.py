"""The Realtime protocol's frames, dialects, settings and errors, as values. No socket."""
