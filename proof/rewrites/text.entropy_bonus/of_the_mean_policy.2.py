"""masked einsum for the policy, a sum over the used tokens"""
import torch


def average_policy(x, mask):
    shifted = x - x.amax(-1, keepdim=True).detach()
    e = shifted.exp()
    p = e / e.sum(-1, keepdim=True)
    share = mask.to(p.dtype) / mask.sum().clamp(min=1)
    return torch.einsum("bt,btv->v", share, p)


def entropy_bonus(logits, mask):
    policy = average_policy(logits[:, :-1].double(), mask)
    used = policy[policy > 0]
    return (used * -used.log()).sum()
