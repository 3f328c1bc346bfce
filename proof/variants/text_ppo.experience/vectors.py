"""One long vector of kept tokens for all that does not run along the text; λ-returns in place of advantages."""
import copy

import torch
from torch.nn import functional as F


def frozen_copy(model):
    other = copy.deepcopy(model)
    for part in other.modules():
        part.training = False
    for p in other.parameters():
        p.requires_grad_(False)
        p.grad = None
    return other


@torch.inference_mode()
def _both(model, tokens, mask):
    logits, values = model(tokens)
    row, column = mask.nonzero(as_tuple=True)
    chosen = -F.cross_entropy(logits[row, column], tokens[row, column + 1], reduction="none")
    return chosen.clone(), values[row, column].clone()


@torch.no_grad()
def experience(model, reference, tokens, mask, scores, kl_coef, gamma=1.0, lam=0.95):
    new, v = _both(model, tokens, mask)
    old, _ = _both(reference, tokens, mask)

    def table(vector):
        full = torch.zeros(mask.shape)
        full[mask] = vector
        return full

    distance, value = table(new - old), table(v)
    ends = mask & ~torch.cat([mask[:, 1:], torch.zeros_like(mask[:, :1])], 1)
    reward = table(-kl_coef * (new - old)) + ends * scores[:, None]
    g = torch.zeros(mask.shape)
    for t in range(mask.shape[1] - 1, -1, -1):
        if t + 1 < mask.shape[1]:
            g[:, t] = reward[:, t] + gamma * (lam * g[:, t + 1] + (1 - lam) * value[:, t + 1])
        else:
            g[:, t] = reward[:, t]
        g[:, t] *= mask[:, t]
    a = (g - value)[mask]
    a = (a - a.mean()) / (a.var(correction=0).sqrt() + 1e-8)
    return {"tokens": tokens, "mask": mask, "log_probs": table(new), "advantages": table(a), "returns": g,
            "kl": distance.sum(1)}
