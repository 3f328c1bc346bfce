"""Weight and bias are two parameters, each padded and gathered by itself; the Function stands outside the class."""
import torch
from torch import nn

from curriculum.collectives import all_gather, reduce_scatter


def cut(tensor, comm):
    size = -(-tensor.numel() // comm.world_size)
    padded = tensor.new_zeros(size * comm.world_size)
    padded[: tensor.numel()] = tensor.reshape(-1)
    return padded, padded[comm.rank * size : (comm.rank + 1) * size]


def gathered(shard, shape, comm):
    count = 1
    for length in shape:
        count *= length
    return all_gather(shard, comm)[:count].reshape(shape)


class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight_shard, bias_shard, shape, comm):
        ctx.save_for_backward(x, weight_shard)
        ctx.shape, ctx.comm = shape, comm
        weight = gathered(weight_shard, shape, comm)
        bias = gathered(bias_shard, shape[:1], comm)
        return x @ weight.t() + bias

    @staticmethod
    def backward(ctx, g):
        x, weight_shard = ctx.saved_tensors
        comm = ctx.comm
        weight = gathered(weight_shard, ctx.shape, comm)
        grad_x = g @ weight if ctx.needs_input_grad[0] else None
        del weight
        letters = g.reshape(-1, g.shape[-1])
        grad_weight = torch.einsum("no,ni->oi", letters, x.reshape(-1, x.shape[-1]))
        grad_weight = reduce_scatter(cut(grad_weight, comm)[0], comm).div_(comm.world_size)
        grad_bias = reduce_scatter(cut(letters.sum(dim=0), comm)[0], comm).div_(comm.world_size)
        return grad_x, grad_weight, grad_bias, None, None


class FullyShardedLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.shape = tuple(weight.shape)
        self.weight_shard = nn.Parameter(cut(weight.detach(), comm)[1].clone())
        self.bias_shard = nn.Parameter(cut(bias.detach(), comm)[1].clone())

    def forward(self, x):
        return Affine.apply(x, self.weight_shard, self.bias_shard, self.shape, self.comm)
