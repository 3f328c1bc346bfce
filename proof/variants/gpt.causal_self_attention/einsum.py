"""Einsum throughout; parameters are stored head by head, softmax and dropout are written out."""
import torch
from torch import nn
from torch.nn import functional as F


def causal_mask(query_time, key_time, device=None):
    positions = torch.arange(key_time, device=device)
    return positions <= positions[key_time - query_time :, None]


def drop(values, rate):
    return values * (torch.rand(values.shape, device=values.device) >= rate) / (1 - rate)


def explicit_attention(q, k, v, dropout=0.0):
    scores = torch.einsum("bhqd,bhkd->bhqk", q, k) * q.shape[-1] ** -0.5
    scores = torch.where(causal_mask(q.shape[2], k.shape[2], q.device), scores, float("-inf"))
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
        self.rate = dropout
        self.attend = explicit_attention if explicit else fused_attention
        self.qkv = nn.Parameter(0.02 * torch.randn(3, n_head, d_model // n_head, d_model))
        self.qkv_bias = nn.Parameter(torch.zeros(3, n_head, d_model // n_head))
        self.out = nn.Parameter(0.02 * torch.randn(d_model, n_head, d_model // n_head))
        self.out_bias = nn.Parameter(torch.zeros(d_model))

    def forward(self, x, cache=None):
        rate = self.rate if self.training else 0.0
        qkv = torch.einsum("btm,chdm->cbhtd", x, self.qkv) + self.qkv_bias[:, None, :, None]
        q, k, v = qkv.contiguous()
        if cache is not None:
            k, v = cache.extended(k, v)
        heads = self.attend(q, k, v, rate)
        return drop(torch.einsum("bhtd,nhd->btn", heads, self.out) + self.out_bias, rate)

    @torch.no_grad()
    def load_weights(self, weights):
        for i, name in enumerate("qkv"):
            self.qkv[i] = weights[f"{name}.weight"].reshape(self.qkv[i].shape)
            self.qkv_bias[i] = weights[f"{name}.bias"].reshape(self.qkv_bias[i].shape)
        self.out.copy_(weights["out.weight"].reshape(self.out.shape))
        self.out_bias.copy_(weights["out.bias"])
