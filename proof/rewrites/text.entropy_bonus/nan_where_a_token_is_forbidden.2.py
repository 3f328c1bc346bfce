"""log of the normaliser minus the expected logit"""
import torch


def entropy_bonus(logits, mask):
    rows = logits[:, :-1].double()[mask]
    rows = rows - rows.amax(dim=-1, keepdim=True).detach()
    log_norm = torch.logsumexp(rows, dim=-1)
    p = torch.exp(rows - log_norm.unsqueeze(-1))
    expected = torch.einsum("nv,nv->n", p, rows)
    return (log_norm - expected).sum() / max(len(rows), 1)
