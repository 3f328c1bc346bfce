"""torch.distributions"""
import torch
from torch.distributions import Categorical


def categorical_entropy(logits):
    policy = torch.nn.Softmax(dim=-1)(logits)
    return Categorical(logits=policy).entropy()
