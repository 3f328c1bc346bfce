"""Proves graders right: they accept every correct solution, reject every wrong one and name the misunderstanding.

`proof/` at the root of the repository holds what a grader is tried with, one short file each: correct variants,
rewrites of misconceptions, exploits, and the arguments for mutants that cannot differ. `autograder certify` tries all.
"""
