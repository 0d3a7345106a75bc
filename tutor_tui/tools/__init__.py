"""Tools that a tutor can use: adapters beside the tutors, seen by nobody but the composition root."""
