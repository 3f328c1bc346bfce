"""One row at a time, of the actions that can be taken alone, in float64."""
import torch


def categorical_entropy(logits):
    rows = logits.reshape(-1, logits.shape[-1])
    found = []
    for row in rows:
        possible = row[row > -torch.inf].double()
        log_p = possible - torch.logsumexp(possible, dim=0)
        found.append(-torch.dot(log_p.exp(), log_p))
    return torch.stack(found).reshape(logits.shape[:-1]).to(logits.dtype)
