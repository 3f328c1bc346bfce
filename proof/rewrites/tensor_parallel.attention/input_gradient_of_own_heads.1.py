"""loop over heads, ParameterLists"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        self.comm = comm
        d = out_weight.size(0)
        width, count = d // heads, heads // comm.world_size
        qkv_weight, qkv_bias = qkv_weight.detach().split(d), qkv_bias.detach().split(d)
        self.weights, self.biases, self.outs = nn.ParameterList(), nn.ParameterList(), nn.ParameterList()
        for head in range(comm.rank * count, (comm.rank + 1) * count):
            rows = slice(head * width, (head + 1) * width)
            for weight, bias in zip(qkv_weight, qkv_bias):
                self.weights.append(nn.Parameter(weight[rows].clone()))
                self.biases.append(nn.Parameter(bias[rows].clone()))
            self.outs.append(nn.Parameter(out_weight.detach()[:, rows].clone()))
        self.out_bias = nn.Parameter(out_bias.detach().clone())

    def forward(self, x):
        made = [F.linear(x, weight, bias) for weight, bias in zip(self.weights, self.biases)]
        total = torch.zeros_like(x)
        for i, out in enumerate(self.outs):
            q, k, v = made[3 * i : 3 * i + 3]
            head = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            total = total + F.linear(head, out)
        return tensor_parallel.reduce_from_ranks(total, self.comm) + self.out_bias
