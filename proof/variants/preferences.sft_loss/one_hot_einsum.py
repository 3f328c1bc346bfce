"""Indices of the kept tokens, one-hot targets and an einsum."""
import torch


def sft_loss(logits, tokens, mask):
    text, t = torch.nonzero(mask, as_tuple=True)
    if len(text) == 0:
        return logits.new_zeros((), dtype=torch.float32, requires_grad=True) * 1.0
    x = logits[text, t].to(torch.float32)
    x = x - x.detach().amax(dim=1, keepdim=True)
    log_p = x - torch.log(torch.exp(x).sum(dim=1, keepdim=True))
    targets = torch.nn.functional.one_hot(tokens[text, t + 1], log_p.shape[1]).float()
    return -torch.einsum("nv,nv->", log_p, targets) / len(text)
