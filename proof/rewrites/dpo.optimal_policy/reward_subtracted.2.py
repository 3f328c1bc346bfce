"""loop, log_softmax of each row"""
import torch
from torch.nn import functional as F


def optimal_policy(ref_log_probs, rewards, beta):
    prompts, _ = rewards.shape
    log_pi, values = [], []
    for p in range(prompts):
        logits = ref_log_probs[p].sub(rewards[p].div(beta))
        log_pi.append(F.log_softmax(logits, dim=0))
        values.append(beta * torch.logsumexp(logits, dim=0))
    return torch.stack(log_pi), torch.stack(values)
