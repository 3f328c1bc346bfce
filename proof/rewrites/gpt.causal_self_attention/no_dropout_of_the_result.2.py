"""one product, own dropout of weights"""
import torch
from torch import nn
from torch.nn import functional as F


def causal_mask(query_time, key_time, device=None):
    positions = torch.arange(key_time, device=device)
    return positions <= positions[key_time - query_time :, None]


def drop(values, rate):
    keep = torch.rand(values.shape, device=values.device) >= rate
    return values * keep / (1 - rate)


def explicit_attention(q, k, v, dropout=0.0):
    scores = torch.einsum("bhqd,bhkd->bhqk", q, k) * q.shape[-1] ** -0.5
    visible = causal_mask(q.shape[2], k.shape[2], q.device)
    scores = torch.where(visible, scores, float("-inf"))
    powers = torch.exp(scores - scores.amax(dim=-1, keepdim=True))
    weights = powers / powers.sum(dim=-1, keepdim=True)
    return torch.einsum("bhqk,bhkd->bhqd", drop(weights, dropout), v)


def fused_attention(q, k, v, dropout=0.0):
    past = k.shape[2] - q.shape[2]
    mask = causal_mask(q.shape[2], k.shape[2], q.device) if past else None
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=dropout, is_causal=mask is None)


class CausalSelfAttention(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.n_head = n_head
        self.rate = dropout
        self.attend = explicit_attention if explicit else fused_attention
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.out = nn.Linear(d_model, d_model)

    def forward(self, x, cache=None):
        rate = self.rate if self.training else 0.0
        q, k, v = self.qkv(x).unflatten(-1, (3, self.n_head, -1)).permute(2, 0, 3, 1, 4)
        if cache is not None:
            k, v = cache.extended(k, v)
        heads = self.attend(q, k, v, rate)
        return self.out(heads.transpose(1, 2).flatten(2))

    @torch.no_grad()
    def load_weights(self, weights):
        self.qkv.weight.copy_(torch.cat([weights[f"{name}.weight"] for name in "qkv"]))
        self.qkv.bias.copy_(torch.cat([weights[f"{name}.bias"] for name in "qkv"]))
        self.out.weight.copy_(weights["out.weight"])
        self.out.bias.copy_(weights["out.bias"])
