"""type hints, a helper that meets the neighbours, two lists"""
from collections.abc import Callable
from statistics import fmean

import torch
from torch import Tensor, nn

from curriculum.communicator import Communicator


def meet(comm: Communicator, gift: Tensor | None, to: int | None, wish: Tensor | None, source: int) -> None:
    if gift is not None and wish is not None and to == source:
        comm.exchange(gift, to, wish, source)
        return
    if gift is not None:
        comm.send(gift, to)
    if wish is not None:
        comm.recv(wish, source)


def run_stage(
    module: nn.Module,
    passes: list[tuple[str, int]],
    comm: Communicator,
    inputs: list[Tensor],
    loss_of: Callable[[Tensor, int], Tensor],
    template: Tensor,
) -> float | None:
    is_last = comm.rank == comm.world_size - 1
    weight = 2 / len(passes)
    leaves: list[Tensor] = []
    roots: list[Tensor] = []
    losses: list[float] = []
    gift, to = None, None

    for kind, i in passes:
        if kind == "F":
            wish = torch.empty_like(template) if comm.rank else None
            meet(comm, gift, to, wish, comm.rank - 1)
            leaf = (inputs[i] if wish is None else wish).detach().requires_grad_()
            root = module(leaf)
            gift, to = (None, None) if is_last else (root.detach(), comm.rank + 1)
            if is_last:
                root = loss_of(root, i)
                losses.append(root.item())
            leaves.append(leaf)
            roots.append(root)
        else:
            leaf, root = leaves.pop(), roots.pop()
            wish = None if is_last else torch.empty_like(root)
            meet(comm, gift, to, wish, comm.rank + 1)
            torch.autograd.backward(root, torch.full_like(root, weight) if is_last else wish)
            gift, to = (leaf.grad, comm.rank - 1) if comm.rank else (None, None)

    if gift is not None:
        comm.send(gift, to)
    return fmean(losses) if is_last else None
