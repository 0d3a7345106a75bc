"""What lines, servers and machines do to a lesson, and what must hold afterwards."""
