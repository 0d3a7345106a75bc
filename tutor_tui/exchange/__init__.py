"""What a learner takes elsewhere and brings along: words for Anki and other programs, word lists, texts to talk about.

Whatever comes from outside is data that somebody else may have made: nothing of it is believed before it was looked at.
"""
