"""The graders of chapter 6's collectives."""

from certified import certified

test_certified = certified("collectives")
