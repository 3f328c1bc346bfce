"""What is not kept is replaced in both inputs; the squares are an einsum of the log-ratios with themselves."""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    own = log_probs.masked_fill(~mask, 0.0)
    ref = ref_log_probs.detach().masked_fill(~mask, 0.0)
    ratio = torch.einsum("bt->b", own) - torch.einsum("bt->b", ref)
    return torch.einsum("b,b->", ratio, ratio) / (2 * len(ratio))
