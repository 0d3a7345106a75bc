"""What a learner met, said, got wrong and mended, when it is due again, and what can be said of their progress.

Pure: moments are passed in (Unix time, s), and what is kept comes from, and goes to, a port that `library` fulfils.
"""
