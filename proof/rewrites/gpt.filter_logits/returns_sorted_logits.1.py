"""One function: topk, then sort, cumsum and scatter."""

import torch


def filter_logits(logits, top_k=None, top_p=None):
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be at least 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above 0 and at most 1")
    out = logits.sort(dim=-1, descending=True).values
    if top_k is not None:
        k = min(top_k, out.shape[-1])
        kth = torch.topk(out, k, dim=-1).values[..., -1:]
        out = out.masked_fill(out < kth, float("-inf"))
    if top_p is not None and top_p < 1:
        probs = torch.softmax(out.double(), dim=-1)
        before = torch.cumsum(probs, dim=-1) - probs
        out = out.masked_fill(before >= top_p, float("-inf"))
    return out
