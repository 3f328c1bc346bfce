"""The graders of chapter 5's reward models."""

from certified import certified

test_certified = certified("preferences")
