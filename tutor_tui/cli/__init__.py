"""What the shell sees: options, exit codes, `devices`, `profiles`, `config` and `doctor`.

Everything else is imported when it is needed, so that `--version` answers at once.
"""
