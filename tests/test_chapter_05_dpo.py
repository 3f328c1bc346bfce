"""The graders of chapter 5's direct preference optimisation."""

from certified import certified

test_certified = certified("dpo")
