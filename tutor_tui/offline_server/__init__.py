"""A local Realtime server that hears, speaks and teaches without a network.

A program of its own (`python -m tutor_tui.offline_server`), run as a child process and reached over loopback only.
"""
