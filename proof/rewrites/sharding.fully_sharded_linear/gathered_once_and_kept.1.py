"""one flat shard, the layer is handed to the Function, einsum"""
import torch
from torch import nn

from curriculum.collectives import all_gather, reduce_scatter


class _Apply(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, shard, layer):
        ctx.layer = layer
        ctx.save_for_backward(x)
        weight, bias = layer.gather()
        return torch.einsum("...i,oi->...o", x, weight) + bias

    @staticmethod
    def backward(ctx, grad_output):
        layer = ctx.layer
        (x,) = ctx.saved_tensors
        weight, _ = layer.gather()
        grad_x = torch.einsum("...o,oi->...i", grad_output, weight)
        grad_weight = torch.einsum("bo,bi->oi", grad_output.reshape(-1, layer.rows), x.reshape(-1, layer.columns))
        grad_bias = torch.einsum("bo->o", grad_output.reshape(-1, layer.rows))
        return grad_x, layer.scatter(grad_weight, grad_bias), None


class FullyShardedLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.rows, self.columns = weight.shape
        self.shard = nn.Parameter(self.parts(weight.detach(), bias.detach())[comm.rank].clone())
        self.flat = None

    def parts(self, weight, bias):
        ranks = self.comm.world_size
        vector = torch.cat([weight.flatten(), bias])
        padding = vector.new_zeros(-len(vector) % ranks)
        return torch.cat([vector, padding]).view(ranks, -1)

    def gather(self):
        if self.flat is None:
            self.flat = all_gather(self.shard.detach(), self.comm)
        cells = self.rows * self.columns
        return self.flat[:cells].view(self.rows, self.columns), self.flat[cells : cells + self.rows]

    def scatter(self, weight, bias):
        return reduce_scatter(self.parts(weight, bias).flatten(), self.comm) / self.comm.world_size

    def forward(self, x):
        return _Apply.apply(x, self.shard, self)
