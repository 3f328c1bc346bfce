"""one loop, a parcel that waits for the next pass"""
from collections import deque

import torch


def run_stage(module, passes, comm, inputs, loss_of, template):
    left, right = comm.rank - 1, comm.rank + 1
    first, last = left < 0, right == comm.world_size
    m = sum(kind == "F" for kind, _ in passes)
    stash = deque()
    batch_loss = 0.0
    outgoing = to = None

    for kind, i in passes:
        source = incoming = None
        if kind == "F" and not first:
            source, incoming = left, torch.empty_like(template)
        elif kind == "B" and not last:
            source, incoming = right, torch.empty_like(stash[0][1])

        if outgoing is not None and source == to:
            comm.exchange(outgoing, to, incoming, source)
        else:
            if outgoing is not None:
                comm.send(outgoing, to)
            if source is not None:
                comm.recv(incoming, source)
        outgoing = None

        if kind == "F":
            x = inputs[i].detach() if first else incoming
            x.requires_grad_()
            y = module(x)
            if last:
                y = loss_of(y, i) / m
                batch_loss += y.item()
            else:
                outgoing, to = y.detach(), right
            stash.append((x, y))
        else:
            x, y = stash.popleft()
            y.backward(incoming)
            if not first:
                outgoing, to = x.grad, left

    if outgoing is not None:
        comm.send(outgoing, to)
    return batch_loss if last else None
