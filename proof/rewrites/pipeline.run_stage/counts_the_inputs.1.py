"""one loop, a parcel that waits for the next pass"""
import torch


def run_stage(module, passes, comm, inputs, loss_of, template):
    left, right = comm.rank - 1, comm.rank + 1
    first, last = left < 0, right == comm.world_size
    pending = {}
    loss = 0.0
    message = to = None

    for kind, i in passes:
        source = buffer = None
        if kind == "F" and not first:
            source, buffer = left, torch.empty_like(template)
        elif kind == "B" and not last:
            source, buffer = right, torch.empty_like(pending[i][1])

        if message is not None and source == to:
            comm.exchange(message, to, buffer, source)
        else:
            if message is not None:
                comm.send(message, to)
            if source is not None:
                comm.recv(buffer, source)
        message = None

        if kind == "F":
            x = inputs[i].detach() if first else buffer
            x.requires_grad_()
            y = module(x)
            if last:
                y = loss_of(y, i) / len(inputs)
                loss += y.item()
            else:
                message, to = y.detach(), right
            pending[i] = x, y
        else:
            x, y = pending.pop(i)
            y.backward(buffer)
            if not first:
                message, to = x.grad, left

    if message is not None:
        comm.send(message, to)
    return loss if last else None
