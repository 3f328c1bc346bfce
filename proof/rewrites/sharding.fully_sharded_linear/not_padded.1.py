"""two shards by chunk"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum.collectives import all_gather, reduce_scatter


def cut(tensor, comm):
    return tensor.detach().reshape(-1).chunk(comm.world_size)[comm.rank].clone()


def fetch(shard, shape, comm):
    return all_gather(shard.detach(), comm).view(shape)


def scatter_mean(gradient, comm):
    return reduce_scatter(gradient.reshape(-1), comm) / comm.world_size


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
        return ShardedLinear.apply(x, self.weight, self.bias, self.shape, self.comm)
