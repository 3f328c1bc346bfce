"""The graders of chapter 6's pipeline parallelism."""

from certified import certified

test_certified = certified("pipeline")
