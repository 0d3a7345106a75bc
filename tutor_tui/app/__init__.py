"""The composition root: who builds, owns and closes what.

In go the settings, out comes a lesson under way: tutor, sound card, session and front end, and one exit code.
"""
