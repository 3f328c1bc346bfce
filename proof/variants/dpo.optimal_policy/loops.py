"""Plain loops over prompts and completions, in Python floats, with the largest exponent taken out."""
import math

import torch


def optimal_policy(ref_log_probs, rewards, beta):
    policy, maxima = [], []
    for ref_row, reward_row in zip(ref_log_probs.tolist(), rewards.tolist()):
        exponents = [a + r / beta for a, r in zip(ref_row, reward_row)]
        top = max(exponents)
        log_z = top + math.log(sum(math.exp(e - top) for e in exponents))
        policy.append([e - log_z for e in exponents])
        maxima.append(beta * log_z)
    like = {"dtype": ref_log_probs.dtype}
    return torch.tensor(policy, **like), torch.tensor(maxima, **like)
