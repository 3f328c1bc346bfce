"""drop masked rows, then Categorical"""
import torch
from torch.distributions import Categorical


def drop(x, masked):
    where = torch.nonzero(masked.reshape(-1) == False).squeeze(1)
    return x.reshape(-1, x.shape[-1]).index_select(0, where)


def entropy_bonus(logits, mask):
    rows = drop(logits[:, :-1].double(), mask)
    n = rows.shape[0]
    h = Categorical(logits=rows.log_softmax(1), validate_args=False).entropy()
    return h.sum() / (n or 1)
