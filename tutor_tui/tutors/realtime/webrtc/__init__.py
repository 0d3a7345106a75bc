"""Realtime over WebRTC: sound as media tracks, events on the data channel. Needs the `webrtc` extra."""
