"""Tutors that speak the Realtime protocol."""
