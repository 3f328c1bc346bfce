"""The graders of chapter 6's sharding."""

from certified import certified

test_certified = certified("sharding")
