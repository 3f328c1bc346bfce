"""type hints, a helper that meets the neighbours, the loss on a leaf of its own"""
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


def settle(loss: Tensor, weight: float) -> float:
    (loss * weight).backward()
    return loss.item()


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
    outputs: dict[int, Tensor] = {}
    heads: dict[int, Tensor] = {}
    losses: list[float] = []
    gift, to = None, None

    for kind, i in passes:
        if kind == "F":
            wish = torch.empty_like(template) if comm.rank else None
            meet(comm, gift, to, wish, comm.rank - 1)
            output = outputs[i] = module((inputs[i] if wish is None else wish).detach().requires_grad_())
            gift, to = (None, None) if is_last else (output.detach(), comm.rank + 1)
            if is_last:
                heads[i] = output.detach().requires_grad_()
                losses.append(settle(loss_of(heads[i], i), weight))
        else:
            output = outputs.pop(i)
            wish = None if is_last else torch.empty_like(output)
            meet(comm, gift, to, wish, comm.rank + 1)
            gradient = heads.pop(i).grad if is_last else wish
            torch.autograd.backward(output, gradient)
            gift, to = (gradient, comm.rank - 1) if comm.rank else (None, None)

    if gift is not None:
        comm.send(gift, to)
    return fmean(losses) if is_last else None
