"""What we change in Textual from outside, one patch a module, each with the version it was written for."""
