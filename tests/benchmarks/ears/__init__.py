"""How well the offline tutor's recognisers hear: see `python -m tests.benchmarks.ears --help`."""
