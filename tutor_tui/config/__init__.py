"""Settings, keys and folders on this machine."""
