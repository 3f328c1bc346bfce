"""The graders of chapter 1's ladder of tasks."""

from certified import certified

test_certified = certified("progressive")
