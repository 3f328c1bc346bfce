"""The graders of chapter 3's policy gradients in NumPy."""

from certified import certified

test_certified = certified("reinforce")
