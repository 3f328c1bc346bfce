"""a plan of actions, then an interpreter"""
import torch


def plan(passes, rank, size):
    left = rank - 1 if rank > 0 else None
    right = rank + 1 if rank < size - 1 else None
    actions, to = [], None
    for kind, i in passes:
        source = left if kind == "F" else right
        if to is not None and to == source:
            actions.append(("exchange", i, to))
        else:
            if to is not None:
                actions.append(("send", i, to))
            if source is not None:
                actions.append(("recv", i, source))
        actions.append((kind, i, None))
        to = right if kind == "F" else left
    if to is not None:
        actions.append(("send", None, to))
    return actions


def run_stage(module, passes, comm, inputs, loss_of, template):
    rank, size = comm.rank, comm.world_size
    count = sum(1 for kind, _ in passes if kind == "F")
    kept = {}
    mean = 0.0
    outgoing = incoming = None
    for action, i, other in plan(passes, rank, size):
        if action == "send":
            comm.send(outgoing, other)
        elif action in ("recv", "exchange"):
            incoming = torch.empty_like(template if other < rank else kept[i][1])
            if action == "recv":
                comm.recv(incoming, other)
            else:
                comm.exchange(outgoing, other, incoming, other)
        elif action == "F":
            x, incoming = (incoming if rank > 0 else inputs[i].detach()), None
            y = module(x)
            outgoing = y.detach()
            if rank == size - 1:
                y = loss_of(y, i) / count
                mean += y.item()
            kept[i] = x, y
        else:
            x, y = kept.pop(i)
            y.backward(incoming)
            outgoing, incoming = x.grad, None
    return mean if rank == size - 1 else None
