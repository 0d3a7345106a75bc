"""What is kept of lessons, on this machine only: written by a thread of its own while a lesson goes on, read by others.

One SQLite file. Where it cannot be written (a full disk, another program's lock, a broken or a newer file), records go
to a journal of JSON lines beside it, or in the temporary folder, and the next start takes that in.
"""
