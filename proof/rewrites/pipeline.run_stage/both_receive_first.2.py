"""a mailbox, match and a deque of passes"""
from collections import deque

import torch


class Mailbox:
    def __init__(self, comm):
        self.comm = comm
        self.letter = None
        self.to = None

    def post(self, letter, to):
        self.letter, self.to = letter, to

    def flush(self):
        if self.letter is not None:
            self.comm.send(self.letter, self.to)
            self.letter = None

    def wait_for(self, out, source):
        self.comm.recv(out, source)
        self.flush()
        return out


def run_stage(module, passes, comm, inputs, loss_of, template):
    rank, top = comm.rank, comm.world_size - 1
    micro_batches = len(passes) // 2
    post_office = Mailbox(comm)
    todo = deque(passes)
    waiting = {}
    losses = []
    while todo:
        match todo.popleft():
            case "F", i:
                if rank == 0:
                    post_office.flush()
                    x = inputs[i].detach()
                else:
                    x = post_office.wait_for(torch.empty_like(template), rank - 1)
                y = module(x.requires_grad_())
                if rank == top:
                    y = loss_of(y, i)
                    losses.append(y.item())
                else:
                    post_office.post(y.detach(), rank + 1)
                waiting[i] = x, y
            case "B", i:
                x, y = waiting.pop(i)
                if rank == top:
                    post_office.flush()
                    (y / micro_batches).backward()
                else:
                    y.backward(post_office.wait_for(torch.empty_like(y), rank + 1))
                if rank > 0:
                    post_office.post(x.grad, rank - 1)
    post_office.flush()
    return sum(losses) / micro_batches if rank == top else None
