"""Realtime over one WebSocket."""
