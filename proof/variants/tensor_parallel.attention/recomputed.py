"""One Function without operators: it keeps x only, computes attention again in backward, and sums by itself."""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum.collectives import all_gather, reduce_scatter


def summed(t, comm):
    flat = t.reshape(-1)
    n = flat.numel()
    flat = F.pad(flat, (0, -n % comm.world_size))
    return all_gather(reduce_scatter(flat, comm), comm)[:n].reshape(t.shape)


def own_part(x, q, k, v, q_bias, k_bias, v_bias, out, heads):
    batch, time, _ = x.shape
    sides = [F.linear(x, w, b).view(batch, time, heads, -1).transpose(1, 2) for w, b in ((q, q_bias), (k, k_bias), (v, v_bias))]
    mixed = F.scaled_dot_product_attention(*sides, is_causal=True)
    return mixed.transpose(1, 2).reshape(batch, time, -1) @ out.T


class Attend(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, heads, comm, *weights):
        ctx.save_for_backward(x, *weights)
        ctx.heads, ctx.comm = heads, comm
        return summed(own_part(x, *weights, heads), comm)

    @staticmethod
    def backward(ctx, g):
        leaves = [t.detach().requires_grad_() for t in ctx.saved_tensors]
        with torch.enable_grad():
            output = own_part(*leaves, ctx.heads)
        of_x, *of_weights = torch.autograd.grad(output, leaves, g)
        of_x = summed(of_x, ctx.comm) if ctx.needs_input_grad[0] else None
        return of_x, None, None, *of_weights


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        self.own, self.comm = heads // comm.world_size, comm
        size = len(out_bias) // comm.world_size
        a, b = comm.rank * size, (comm.rank + 1) * size
        parts = [w[a:b] for w in qkv_weight.detach().chunk(3)] + [w[a:b] for w in qkv_bias.detach().chunk(3)]
        parts.append(out_weight.detach()[:, a:b])
        self.parts = nn.ParameterList([nn.Parameter(p.clone()) for p in parts])
        self.bias = nn.Parameter(out_bias.detach().clone())

    def forward(self, x):
        return Attend.apply(x, self.own, self.comm, *self.parts) + self.bias
