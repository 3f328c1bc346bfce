# A thin face: each target is one line. Setting up .venv is tools/install.py, which does nothing when all is up to date.
# Another Python than python3: PYTHON=python3.12 make course

PYTHON ?= python3

.PHONY: help course book release grade lab test certify lint notebooks clean installed all

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

course: installed  ## set up .venv, make the release, grade the sample class and the recorded attempts, print the summary
	.venv/bin/python -m autograder.course

book: installed  ## build the book into book/_build/html, strictly; what did not change is not run again
	.venv/bin/jupyter-book build -W -n --keep-going book

release: installed  ## make the student notebooks in build/release/
	.venv/bin/autograder release

grade: installed  ## autograde build/submitted/ and make the feedback, with nbgrader, in parallel
	.venv/bin/autograder grade-class

lab: installed  ## open JupyterLab on work/, which is made from the release and never written over
	.venv/bin/autograder lab

# nbgrader finds alembic by PATH, so .venv comes first there.
test: lint  ## set up .venv with every extra, lint, and run the tests
	PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/python -m pytest -n auto --dist loadfile

# By what its parts take, about eight hours on two cores from nothing; what was tried and has not changed is not tried again.
certify: all  ## prove the graders right: results/certificates.json, which the book shows
	.venv/bin/autograder certify --jobs $(shell nproc 2>/dev/null || echo 1)

lint: all  ## check style and types
	.venv/bin/ruff check && .venv/bin/mypy

notebooks: installed  ## copy solutions and points from their sources into the notebooks
	.venv/bin/python -m autograder.notebooks

clean:  ## remove what can be made again: build/ and the built book, unless a class of yours has handed in work there
	@! ls -d build/submitted/* 2>/dev/null | grep -v /sample- || { echo "move these first: they cannot be made again"; exit 1; }
	rm -rf build book/_build book/_generated

installed:
	@$(PYTHON) tools/install.py course

all:
	@$(PYTHON) tools/install.py all
