"""one loop, a parcel that waits for the next pass"""
import torch


def run_stage(module, passes, comm, inputs, loss_of, template):
    left, right = comm.rank - 1, comm.rank + 1
    first, last = left < 0, right == comm.world_size
    micro_batches = sum(kind == "F" for kind, _ in passes)
    kept = {}
    total = 0.0
    parcel = to = None

    for kind, i in passes:
        source = buffer = None
        if kind == "F" and not first:
            source, buffer = left, torch.empty(template.shape, device=template.device)
        elif kind == "B" and not last:
            source, buffer = right, torch.empty(kept[i][1].shape, device=template.device)

        if parcel is not None and source == to:
            comm.exchange(parcel, to, buffer, source)
        else:
            if parcel is not None:
                comm.send(parcel, to)
            if source is not None:
                comm.recv(buffer, source)
        parcel = None

        if kind == "F":
            x = inputs[i].detach() if first else buffer
            x.requires_grad_()
            y = module(x)
            if last:
                y = loss_of(y, i) / micro_batches
                total += y.item()
            else:
                parcel, to = y.detach(), right
            kept[i] = x, y
        else:
            x, y = kept.pop(i)
            y.backward(buffer)
            if not first:
                parcel, to = x.grad, left

    if parcel is not None:
        comm.send(parcel, to)
    return total if last else None
