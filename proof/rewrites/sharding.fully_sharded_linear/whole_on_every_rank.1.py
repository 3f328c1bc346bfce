"""hooks on the gradients"""
from torch import nn
from torch.nn import functional as F

from curriculum.collectives import ring_all_reduce


class FullyShardedLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.weight = nn.Parameter(weight.detach().clone())
        self.bias = nn.Parameter(bias.detach().clone())
        for parameter in (self.weight, self.bias):
            parameter.register_hook(lambda grad: ring_all_reduce(grad, comm) / comm.world_size)

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)
