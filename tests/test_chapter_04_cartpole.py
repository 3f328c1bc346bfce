"""The graders of chapter 4's PPO on CartPole."""

from certified import certified

test_certified = certified("cartpole")
