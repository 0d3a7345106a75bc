"""What tests, demonstrations and screenshots use and a lesson does not: a tutor that follows a script, and a sound card
made of WAV files. It may import everything; nothing of the product imports it.
"""
