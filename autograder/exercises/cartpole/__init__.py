"""Judgements of chapter 4's CartPole: the loop around PPO's functions, in environments that live with the judge.

What the statements leave open is not judged: how often values are asked for, the order of samples within a minibatch,
and how the random order is drawn from the seed.
"""

from .rollout import rollout
from .train import train

__all__ = ["rollout", "train"]
