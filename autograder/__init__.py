"""Graders that can be trusted: the same verdict in a notebook, in nbgrader, on the command line and for a model."""
