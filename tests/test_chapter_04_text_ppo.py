"""The graders of chapter 4's PPO for text."""

from certified import certified

test_certified = certified("text_ppo")
