"""methods for forward and backward, losses in a list"""
from statistics import fmean

import torch


class Worker:
    def __init__(self, module, comm, loss_of, template, micro_batches):
        self.module, self.comm, self.loss_of, self.template = module, comm, loss_of, template
        self.right = comm.rank + 1 if comm.rank + 1 < comm.world_size else None
        self.left = comm.rank - 1 if comm.rank else None
        self.weight = 1 / micro_batches
        self.open = {}
        self.losses = []

    def receive(self, like, source):
        out = torch.empty_like(like)
        self.comm.recv(out, source)
        return out

    def forward(self, i, given):
        x = self.receive(self.template, self.left) if given is None else given.detach()
        y = self.module(x.requires_grad_())
        if self.right is None:
            y = self.loss_of(y, i)
            self.losses.append(y.item())
        self.open[i] = x, y
        if self.right is not None:
            self.comm.send(y.detach(), self.right)

    def backward(self, i):
        x, y = self.open.pop(i)
        seed = torch.full_like(y, self.weight) if self.right is None else self.receive(y, self.right)
        torch.autograd.backward(y, seed)
        if self.left is not None:
            self.comm.send(x.grad, self.left)


def run_stage(module, passes, comm, inputs, loss_of, template):
    worker = Worker(module, comm, loss_of, template, len(passes) / 2)
    for kind, i in passes:
        if kind == "F":
            worker.forward(i, inputs[i] if inputs else None)
        else:
            worker.backward(i)
    return fmean(worker.losses) if worker.losses else None
