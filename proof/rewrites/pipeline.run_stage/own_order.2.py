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
        if self.letter is not None and self.to == source:
            self.comm.exchange(self.letter, source, out, source)
            self.letter = None
        else:
            self.flush()
            self.comm.recv(out, source)
        return out


def run_stage(module, passes, comm, inputs, loss_of, template):
    rank, final = comm.rank, comm.world_size - 1
    micro_batches = len(passes) // 2
    mailbox = Mailbox(comm)
    todo = deque(("F", i) for i in range(micro_batches))
    todo.extend(one for one in passes if one[0] == "B")
    memory = {}
    values = []
    while todo:
        match todo.popleft():
            case "F", i:
                if rank == 0:
                    mailbox.flush()
                    x = inputs[i].detach()
                else:
                    x = mailbox.wait_for(torch.empty_like(template), rank - 1)
                y = module(x.requires_grad_())
                if rank == final:
                    y = loss_of(y, i)
                    values.append(y.item())
                else:
                    mailbox.post(y.detach(), rank + 1)
                memory[i] = x, y
            case "B", i:
                x, y = memory.pop(i)
                if rank == final:
                    mailbox.flush()
                    (y / micro_batches).backward()
                else:
                    y.backward(mailbox.wait_for(torch.empty_like(y), rank + 1))
                if rank > 0:
                    mailbox.post(x.grad, rank - 1)
    mailbox.flush()
    return sum(values) / micro_batches if rank == final else None
