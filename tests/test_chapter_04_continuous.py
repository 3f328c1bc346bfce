"""The graders of chapter 4's continuous control."""

from certified import certified

test_certified = certified("continuous")
