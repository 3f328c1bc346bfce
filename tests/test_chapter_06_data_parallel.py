"""The graders of chapter 6's data parallelism."""

from certified import certified

test_certified = certified("data_parallel")
