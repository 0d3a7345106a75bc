"""The guide's own words, language by language."""
