"""Losses are summed, and the gradients are divided at the very end, on every rank; one function does all talking."""
import torch


def run_stage(module, passes, comm, inputs, loss_of, template):
    left = comm.rank - 1 if comm.rank > 0 else None
    right = comm.rank + 1 if comm.rank + 1 < comm.world_size else None

    def talk(out, to, come, source):
        if to is None and source is None:
            return
        if to is None:
            comm.recv(come, source)
        elif source is None:
            comm.send(out, to)
        else:
            comm.exchange(out, to, come, source)

    alive, m, total = {}, 0, 0.0
    waiting, to = None, None
    for kind, i in passes:
        if kind == "F":
            x = template.new_empty(template.shape) if left is not None else inputs[i]
            talk(waiting, to, x, left)
            if left is not None:
                x.requires_grad_()
            y = module(x)
            if right is None:
                y = loss_of(y, i)
                total += y.item()
            alive[i] = x, y
            m += 1
            waiting, to = (y.detach().clone(), right) if right is not None else (None, None)
        else:
            x, y = alive.pop(i)
            slope = torch.ones_like(y) if right is None else torch.empty(y.shape, dtype=y.dtype)
            talk(waiting, to, slope, right)
            y.backward(gradient=slope)
            waiting, to = (x.grad.clone(), left) if left is not None else (None, None)
        del x, y
    talk(waiting, to, None, None)
    for parameter in module.parameters():
        parameter.grad.div_(m)
    return total / m if right is None else None
