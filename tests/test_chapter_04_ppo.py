"""The graders of chapter 4's formulas of PPO."""

from certified import certified

test_certified = certified("ppo")
