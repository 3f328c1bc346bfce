"""nn.Linear inside, rows by index"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        like = {"dtype": out_weight.dtype, "device": out_weight.device}
        d, share = len(out_bias), len(out_bias) // comm.world_size
        self.comm, self.heads = comm, heads // comm.world_size
        columns = torch.arange(comm.rank * share, (comm.rank + 1) * share)
        table = torch.arange(3 * d).view(heads, 3, -1).transpose(0, 1)
        rows = table[:, comm.rank * self.heads : (comm.rank + 1) * self.heads].flatten()
        self.qkv = nn.Linear(d, 3 * share, **like)
        self.out = nn.Linear(share, d, bias=False, **like)
        self.bias = nn.Parameter(out_bias.detach().clone())
        with torch.no_grad():
            self.qkv.weight.copy_(qkv_weight[rows])
            self.qkv.bias.copy_(qkv_bias[rows])
            self.out.weight.copy_(out_weight[:, columns])

    def forward(self, x):
        thirds = self.qkv(tensor_parallel.copy_to_ranks(x, self.comm)).chunk(3, dim=-1)
        q, k, v = (t.unflatten(-1, (self.heads, -1)).movedim(2, 1) for t in thirds)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        partial_output = self.out(mixed.movedim(1, 2).flatten(start_dim=2))
        return tensor_parallel.reduce_from_ranks(partial_output, self.comm) + self.bias
