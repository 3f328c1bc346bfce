"""a class that talks between two passes"""
import torch


class Stage:
    def __init__(self, module, passes, comm, inputs, loss_of, template):
        self.module, self.passes, self.comm = module, passes, comm
        self.inputs, self.loss_of = inputs, loss_of
        self.is_first = comm.rank == 0
        self.is_last = comm.rank == comm.world_size - 1
        self.micro_batches = len(passes) // 2
        self.alive = {}
        self.entrance = torch.empty_like(template)
        self.loss = 0.0

    def run(self):
        arrived = self.transfer(None, None, self.passes[0])
        for now, then in zip(self.passes, [*self.passes[1:], None]):
            leaving, to = self.make(*now, arrived)
            arrived = self.transfer(leaving, to, then)
        return self.loss if self.is_last else None

    def make(self, kind, i, arrived):
        return self.forward(i, arrived) if kind == "F" else self.backward(i, arrived)

    def forward(self, i, arrived):
        x = (self.inputs[i] if self.is_first else arrived).detach().requires_grad_()
        y = self.module(x)
        if self.is_last:
            loss = self.loss_of(y, i) / self.micro_batches
            self.loss += loss.item()
            self.alive[i] = x, loss
            return None, None
        self.alive[i] = x, y
        return y.detach(), self.comm.rank + 1

    def backward(self, i, arrived):
        x, y = self.alive.pop(i)
        y.backward(arrived)
        return (None, None) if self.is_first else (x.grad, self.comm.rank - 1)

    def wanted(self, one):
        """An empty tensor for what pass `one` needs from another rank, and that rank."""
        if one is None:
            return None, None
        kind, i = one
        if kind == "F" and not self.is_first:
            return self.entrance, self.comm.rank - 1
        if kind == "B" and not self.is_last:
            return torch.empty_like(self.alive[i][1]), self.comm.rank + 1
        return None, None

    def transfer(self, leaving, to, then):
        out, source = self.wanted(then)
        if leaving is not None and to == source:
            self.comm.exchange(leaving, to, out, source)
            return out
        if leaving is not None:
            self.comm.send(leaving, to)
        if out is not None:
            self.comm.recv(out, source)
        return out


def run_stage(module, passes, comm, inputs, loss_of, template):
    return Stage(module, passes, comm, inputs, loss_of, template).run()
