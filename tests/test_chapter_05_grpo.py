"""The graders of chapter 5's policy gradients from groups."""

from certified import certified

test_certified = certified("grpo")
