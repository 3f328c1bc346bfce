"""Autograd's own linear, with hooks that pack the whole weight as nothing and gather it again to unpack it."""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum.collectives import all_gather, reduce_scatter


class Gather(torch.autograd.Function):
    """The whole vector of a shard; its gradient is reduced and scattered."""

    @staticmethod
    def forward(ctx, shard, comm):
        ctx.comm = comm
        return all_gather(shard, comm)

    @staticmethod
    def backward(ctx, gradient):
        return reduce_scatter(gradient, ctx.comm) / ctx.comm.world_size, None


class FullyShardedLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.out, self.inside = weight.shape
        vector = torch.cat([weight.detach().reshape(-1), bias.detach()])
        missing = -vector.numel() % comm.world_size
        vector = torch.cat([vector, vector.new_zeros(missing)])
        self.part = nn.Parameter(vector.reshape(comm.world_size, -1)[comm.rank].clone())

    def forward(self, x):
        whole = Gather.apply(self.part, self.comm)
        weight = whole[: self.out * self.inside].view(self.out, self.inside)
        bias = whole[self.out * self.inside : self.out * self.inside + self.out]
        address, part, comm = whole.untyped_storage().data_ptr(), self.part, self.comm

        def pack(tensor):
            if tensor.untyped_storage().data_ptr() != address:
                return tensor
            return tensor.shape, tensor.stride(), tensor.storage_offset()

        def unpack(packed):
            if isinstance(packed, torch.Tensor):
                return packed
            return all_gather(part.detach(), comm).as_strided(*packed)

        with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
            return F.linear(x, weight, bias)
