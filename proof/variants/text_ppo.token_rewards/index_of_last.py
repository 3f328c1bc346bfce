"""The column of the last kept token by argmax of the flipped mask, and an indexed addition."""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    batch, time = mask.shape
    new, old = (x.detach().masked_fill(~mask, 0.0) for x in (log_probs, ref_log_probs))
    rewards = kl_coef * (old - new)
    last = time - 1 - mask.flip(1).to(torch.uint8).argmax(dim=1)
    rows = mask.any(dim=1).nonzero().squeeze(1)
    rewards[rows, last[rows]] += scores.detach()[rows]
    return rewards
