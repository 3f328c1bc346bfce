"""One module for each chapter: the checks, misconceptions and hints of its exercises."""
