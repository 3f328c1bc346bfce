"""The graders of chapter 6's tensor parallelism."""

from certified import certified

test_certified = certified("tensor_parallel")
