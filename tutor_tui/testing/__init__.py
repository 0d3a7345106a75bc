"""What tests, demonstrations and screenshots use and a lesson does not: a tutor that follows a script, a sound card
made of WAV files, and an offline server that goes wrong on purpose. It may import everything; nothing of the product
imports it.
"""
