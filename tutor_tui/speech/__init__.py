"""Listening and speaking on this machine: where speech begins and ends, sentences, how much was heard."""
