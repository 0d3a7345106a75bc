"""What every tutor that listens and speaks on this machine needs: edges of speech, sentences. Sees the core only."""
