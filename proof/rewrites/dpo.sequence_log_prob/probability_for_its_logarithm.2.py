"""product of the tokens' probabilities, text by text"""
import torch


def text_probability(token_log_probs):
    if token_log_probs.numel() == 0:
        return token_log_probs.sum()
    return token_log_probs.exp().prod()


def sequence_log_prob(log_probs, mask):
    return torch.stack([text_probability(lp[m]) for lp, m in zip(log_probs, mask)])
