"""log_softmax of the tilted log-probs; the maximum from what it has taken off at the likeliest completion."""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    tilted = torch.add(ref_log_probs, rewards, alpha=1.0 / beta)
    best = torch.log_softmax(tilted, dim=-1)
    where = tilted.argmax(dim=-1, keepdim=True)
    log_z = tilted.gather(-1, where) - best.gather(-1, where)
    return best, log_z[:, 0] * beta
