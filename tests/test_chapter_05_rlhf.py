"""The graders of chapter 5's RLHF."""

from certified import certified

test_certified = certified("rlhf")
