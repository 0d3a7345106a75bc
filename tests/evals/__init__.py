"""Scripted learners who try how a model teaches by our instructions: `python -m tests.evals --model NAME`."""
