"""Categorical distributions and their log_prob"""
import torch
from torch.distributions import Categorical


def sft_loss(logits, tokens, mask):
    texts, positions = mask.nonzero(as_tuple=True)
    if texts.numel() == 0:
        return torch.tensor(0.0, device=logits.device)
    predictions = Categorical(logits=logits[texts, positions].float())
    return predictions.log_prob(tokens[texts, positions + 1]).mean()
