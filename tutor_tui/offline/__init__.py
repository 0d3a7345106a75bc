"""The old name of `offline_server`; it goes with the release after 0.2."""
