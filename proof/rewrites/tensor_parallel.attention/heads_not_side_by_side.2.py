"""loop over heads, list of outputs"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        d = out_weight.size(0)
        share = d // comm.world_size
        own = slice(comm.rank * share, (comm.rank + 1) * share)
        self.comm, self.head_dim = comm, d // heads
        self.weights = nn.ParameterList(nn.Parameter(w[own].clone()) for w in qkv_weight.detach().split(d))
        self.biases = nn.ParameterList(nn.Parameter(b[own].clone()) for b in qkv_bias.detach().split(d))
        self.out = nn.Parameter(out_weight.detach()[:, own].clone())
        self.out_bias = nn.Parameter(out_bias.detach().clone())

    def forward(self, x):
        given = tensor_parallel.copy_to_ranks(x, self.comm)
        made = [F.linear(given, w, b).split(self.head_dim, dim=-1) for w, b in zip(self.weights, self.biases)]
        outputs = []
        for q, k, v in zip(*made):
            outputs.append(F.scaled_dot_product_attention(q, k, v, is_causal=True))
        joined = torch.cat(outputs, dim=1).view(len(x), x.shape[1], -1)
        return tensor_parallel.reduce_from_ranks(F.linear(joined, self.out), self.comm) + self.out_bias
