"""The tutor on this machine: starts the offline server and talks Realtime to it like to any other."""
