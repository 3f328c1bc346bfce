"""How many bytes of tensors a piece of code holds at once.

    with LiveMemory() as memory:
        ...
    memory.peak

It counts what torch's operations make inside, until nobody holds it any more: parameters, activations that wait for the
backward pass, gradients, the state of an optimizer. What was there before does not count unless it is `seen`, nor do
arrays of NumPy, tensors that share their memory, and what `copy.deepcopy` makes. It belongs to the thread that enters
it, so simulated ranks can each have one.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

FRESH = torch.ops.aten.lift_fresh.default
"""The operation to which torch gives what it has made of numbers."""


class LiveMemory(TorchDispatchMode):
    """`now` and `peak`: bytes that tensors hold, and the most that they held."""

    def __init__(self, seen: Iterable[Tensor] = ()) -> None:
        super().__init__()
        self.now = self.peak = 0
        self._sizes: dict[int, int] = {}
        """The bytes of each storage that counts, by its identity."""
        self.see(*seen)

    def see(self, *tensors: Tensor) -> None:
        """Count tensors that were made elsewhere, from now until they are gone."""
        self._see(tensor.untyped_storage() for tensor in tensors)

    def _see(self, storages: Iterable[torch.UntypedStorage]) -> None:
        for storage in storages:
            identity, size = id(storage), storage.nbytes()
            if identity not in self._sizes:
                weakref.finalize(storage, self._gone, identity)
            self.now += size - self._sizes.get(identity, 0)
            self._sizes[identity] = size
        self.peak = max(self.peak, self.now)

    def _gone(self, identity: int) -> None:
        self.now -= self._sizes.pop(identity)

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = _storages((args, kwargs))
        # What writes into a tensor that was there, or views it, makes none. But `torch.tensor` hands over what it has
        # made, which can be resized, unlike the memory of others.
        there = {id(storage) for storage in given if func is not FRESH or not storage.resizable()} - self._sizes.keys()
        result = func(*args, **(kwargs or {}))
        # What counts already is seen again, since operations may resize it.
        self._see(storage for storage in (*given, *_storages(result)) if id(storage) not in there)
        return result


def _storages(tree: Any) -> list[torch.UntypedStorage]:
    leaves = (leaf.untyped_storage() if isinstance(leaf, torch.Tensor) else leaf for leaf in tree_iter(tree))
    return [leaf for leaf in leaves if isinstance(leaf, torch.UntypedStorage)]
