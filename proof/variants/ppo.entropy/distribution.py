"""torch's own Categorical, which leaves out what has no probability."""
import torch
from torch.distributions import Categorical


def categorical_entropy(logits):
    return Categorical(logits=logits, validate_args=False).entropy()
