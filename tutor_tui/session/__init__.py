"""The lesson under way: joins a tutor, a microphone and a speaker, and owns the only mutable "now".

In go what the learner asks (`Session`'s methods), sound and the tutor's events; out come commands, sound for the
speaker and each next `Lesson` for whoever watches. It runs on asyncio, and knows no devices, sockets or widgets:
those come in behind `core.ports`.
"""
