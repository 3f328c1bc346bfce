"""How many bytes of tensors a piece of code holds at once.

    with LiveMemory() as memory:
        ...
    memory.peak

It counts what is made inside, by whatever operation, until nobody holds it any more: parameters, activations that wait
for the backward pass, gradients, the state of an optimizer. What was there before does not count unless it is `seen`.
It belongs to the thread that enters it, so simulated ranks can each have one.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter


class LiveMemory(TorchDispatchMode):
    """`now` and `peak`: bytes that tensors hold, and the most that they held."""

    def __init__(self, seen: Iterable[Tensor] = ()) -> None:
        super().__init__()
        self.now = self.peak = 0
        self._known: set[int] = set()
        self.see(*seen)

    def see(self, *tensors: Tensor) -> None:
        """Count tensors that were made elsewhere, from now until they are gone."""
        for tensor in tensors:
            storage = tensor.untyped_storage()
            if id(storage) not in self._known:
                self._known.add(id(storage))
                self.now += storage.nbytes()
                weakref.finalize(storage, self._gone, id(storage), storage.nbytes())
        self.peak = max(self.peak, self.now)

    def _gone(self, identity: int, size: int) -> None:
        self._known.discard(identity)
        self.now -= size

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        given = {id(tensor.untyped_storage()) for tensor in _tensors((args, kwargs))}
        # What writes into a tensor that was there, or views it, makes none.
        self.see(*(made for made in _tensors(result) if id(made.untyped_storage()) not in given))
        return result


def _tensors(tree: Any) -> list[Tensor]:
    return [leaf for leaf in tree_iter(tree) if isinstance(leaf, torch.Tensor)]
