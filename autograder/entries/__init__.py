"""The exercises' entries, a file for each notebook: `autograder.catalog` puts them together."""
