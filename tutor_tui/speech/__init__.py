"""Listening and speaking, for tutors on this machine and for the offline server: pure but for Silero's model.

In go sound (24 kHz mono s16) and text; out come where speech begins and ends, sentences to be spoken one by one, how
long they will sound, and how much of an answer was heard.
"""
