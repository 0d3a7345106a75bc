"""The backends a lesson can be held with, behind `core.ports.Tutor`."""
