"""two shards, helpers that cut and fetch"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum.collectives import all_gather, reduce_scatter


def cut(tensor, comm):
    flat = tensor.detach().reshape(-1)
    flat = F.pad(flat, (0, -flat.numel() % comm.world_size))
    size = flat.numel() // comm.world_size
    return flat[comm.rank * size : (comm.rank + 1) * size].clone()


def fetch(shard, shape, comm):
    return all_gather(shard.detach(), comm)[: shape.numel()].view(shape)


def scatter_mean(gradient, comm):
    flat = gradient.reshape(-1)
    flat = F.pad(flat, (0, -flat.numel() % comm.world_size))
    return reduce_scatter(flat, comm) / comm.world_size


class ShardedLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight_shard, bias_shard, shape, comm):
        ctx.save_for_backward(x, weight_shard)
        ctx.shape, ctx.comm = shape, comm
        weight = fetch(weight_shard, shape, comm)
        bias = fetch(bias_shard, shape[:1], comm)
        return F.linear(x, weight, bias)

    @staticmethod
    def backward(ctx, grad_output):
        x, weight_shard = ctx.saved_tensors
        shape, comm = ctx.shape, ctx.comm
        weight = fetch(weight_shard, shape, comm)
        grad_x = grad_output @ weight
        g = grad_output.reshape(-1, shape[0])
        rows = x.reshape(-1, shape[1])
        grad_weight = g.T @ rows
        grad_bias = g.sum(0)
        return grad_x, scatter_mean(grad_weight, comm), scatter_mean(grad_bias, comm), None, None


class FullyShardedLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.shape = weight.shape
        self.weight = nn.Parameter(cut(weight, comm))
        self.bias = nn.Parameter(cut(bias, comm))

    def forward(self, x):
        self.weight = nn.Parameter(self.weight.detach().clone())
        self.bias = nn.Parameter(self.bias.detach().clone())
        return ShardedLinear.apply(x, self.weight, self.bias, self.shape, self.comm)
