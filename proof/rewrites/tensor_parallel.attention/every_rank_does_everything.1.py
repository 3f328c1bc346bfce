"""packed parameter, view and permute, F.linear"""
from torch import nn
from torch.nn import functional as F


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        self.heads = heads
        self.qkv_weight = nn.Parameter(qkv_weight.detach().clone())
        self.qkv_bias = nn.Parameter(qkv_bias.detach().clone())
        self.out_weight = nn.Parameter(out_weight.detach().clone())
        self.out_bias = nn.Parameter(out_bias.detach().clone())

    def forward(self, x):
        batch, time, d = x.shape
        qkv = F.linear(x, self.qkv_weight, self.qkv_bias)
        q, k, v = qkv.view(batch, time, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return F.linear(mixed.transpose(1, 2).reshape(batch, time, d), self.out_weight, self.out_bias)
