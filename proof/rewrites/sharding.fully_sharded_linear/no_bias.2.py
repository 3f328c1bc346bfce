"""a Part object for each tensor, mm"""
import torch
from torch import nn

from curriculum.collectives import all_gather, reduce_scatter


class Part:
    def __init__(self, tensor, comm):
        self.comm = comm
        self.shape = tensor.shape
        self.count = tensor.numel()
        self.width = (self.count + comm.world_size - 1) // comm.world_size

    def rows(self, tensor):
        rows = torch.zeros(self.comm.world_size, self.width, dtype=tensor.dtype)
        rows.view(-1)[: self.count] = tensor.detach().reshape(-1)
        return rows

    def own(self, tensor):
        return self.rows(tensor)[self.comm.rank].clone()

    def gather(self, own):
        rows = all_gather(own.detach().unsqueeze(0), self.comm)
        return rows.reshape(-1)[: self.count].view(self.shape)

    def reduce(self, tensor):
        return reduce_scatter(self.rows(tensor), self.comm)[0] / self.comm.world_size


class Call(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, b, weight_part, bias_part):
        ctx.save_for_backward(x, w)
        ctx.parts = weight_part, bias_part
        weight = weight_part.gather(w)
        lines = x.reshape(-1, x.shape[-1])
        y = torch.mm(lines, weight.t())
        return y.reshape(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx, dy):
        x, w = ctx.saved_tensors
        weight_part, bias_part = ctx.parts
        lines = x.reshape(-1, x.shape[-1])
        dlines = dy.reshape(-1, dy.shape[-1])
        dx = None
        if ctx.needs_input_grad[0]:
            dx = torch.mm(dlines, weight_part.gather(w)).view(x.shape)
        dw = torch.mm(dlines.t(), lines)
        db = torch.mv(dlines.t(), torch.ones_like(dlines[:, 0]))
        return dx, weight_part.reduce(dw), bias_part.reduce(db), None, None


class FullyShardedLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.weight_part, self.bias_part = Part(weight, comm), Part(bias, comm)
        self.w = nn.Parameter(self.weight_part.own(weight))
        self.b = nn.Parameter(self.bias_part.own(bias))

    def forward(self, x):
        return Call.apply(x, self.w, self.b, self.weight_part, self.bias_part)
