"""Lines that fail without a word: half-open, stuck, dark for a while."""
