# A thin face: each target is one line. Setting up .venv is tools/install.py, which does nothing when all is up to date.
# Another Python than python3: PYTHON=python3.12 make course

PYTHON ?= python3

.PHONY: help course test lint notebooks clean core all

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

course: core  ## set up .venv, grade the recorded attempts and print the summary
	.venv/bin/python -m autograder.course

# nbgrader finds alembic by PATH, so .venv comes first there.
test: lint  ## set up .venv with every extra, lint, and run the tests
	PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/python -m pytest

lint: all  ## check style and types
	.venv/bin/ruff check && .venv/bin/mypy

notebooks: core  ## copy solutions and points from their sources into the notebooks
	.venv/bin/python -m autograder.notebooks

clean:  ## remove what can be made again: build/
	rm -rf build

core all:
	@$(PYTHON) tools/install.py $@
