"""The tutor without a model: walks a lesson script, grades answers, prompts and corrects. Pure."""
