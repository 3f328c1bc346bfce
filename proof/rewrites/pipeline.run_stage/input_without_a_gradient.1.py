"""one loop, a parcel that waits for the next pass"""
import torch


def run_stage(module, passes, comm, inputs, loss_of, template):
    left, right = comm.rank - 1, comm.rank + 1
    first, last = left < 0, right == comm.world_size
    micro_batches = sum(kind == "F" for kind, _ in passes)
    store = {}
    mean_loss = 0.0
    letter = to = None

    for kind, i in passes:
        source = room = None
        if kind == "F" and not first:
            source, room = left, torch.empty_like(template)
        elif kind == "B" and not last:
            source, room = right, torch.empty_like(store[i][1])

        if letter is not None and source == to:
            comm.exchange(letter, to, room, source)
        else:
            if letter is not None:
                comm.send(letter, to)
            if source is not None:
                comm.recv(room, source)
        letter = None

        if kind == "F":
            entering = inputs[i] if first else room
            leaving = module(entering)
            if last:
                leaving = loss_of(leaving, i) / micro_batches
                mean_loss += leaving.item()
            else:
                letter, to = leaving.detach(), right
            store[i] = entering, leaving
        else:
            entering, leaving = store.pop(i)
            leaving.backward(room)
            if not first and entering.grad is not None:
                letter, to = entering.grad, left

    if letter is not None:
        comm.send(letter, to)
    return mean_loss if last else None
