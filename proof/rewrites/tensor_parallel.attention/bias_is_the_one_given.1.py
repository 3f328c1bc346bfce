"""packed parameter, view and permute"""
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        d = out_weight.shape[0]
        self.comm = comm
        self.heads = heads // comm.world_size
        self.width = d // heads
        own = slice(comm.rank * self.heads, (comm.rank + 1) * self.heads)
        weight = qkv_weight.detach().reshape(3, heads, self.width, d)[:, own]
        bias = qkv_bias.detach().reshape(3, heads, self.width)[:, own]
        self.qkv_weight = nn.Parameter(weight.reshape(-1, d).clone())
        self.qkv_bias = nn.Parameter(bias.reshape(-1).clone())
        self.out_weight = nn.Parameter(out_weight.detach().chunk(comm.world_size, 1)[comm.rank].clone())
        self.out_bias = nn.Parameter(out_bias.detach().view(d))

    def forward(self, x):
        batch, time, d = x.shape
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        qkv = F.linear(x, self.qkv_weight, self.qkv_bias)
        q, k, v = qkv.view(batch, time, 3, self.heads, self.width).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        joined = mixed.transpose(1, 2).reshape(batch, time, -1)
        term = F.linear(joined, self.out_weight)
        return tensor_parallel.reduce_from_ranks(term, self.comm) + self.out_bias
