"""loop over texts, subtracting tokens"""
import torch


def sequence_log_prob(log_probs, mask):
    result = []
    for i in range(log_probs.shape[0]):
        total = torch.zeros((), dtype=log_probs.dtype)
        for t in torch.nonzero(mask[i]).flatten().tolist():
            total = total - log_probs[i, t]
        result.append(total)
    return torch.stack(result)
