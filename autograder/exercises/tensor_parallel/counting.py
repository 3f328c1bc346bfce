"""What the exercises on tensor parallelism count: what a rank sends in forward and in backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, identical
from autograder.submission import Remote
from curriculum.fabric import Fabric

PASS = '''
import torch

class Pass:
    """A forward and a backward pass through something that was given, and what it left behind."""

    def __init__(self, x, cotangent):
        self.leaf, self.cotangent = x.requires_grad_(), cotangent
        self.neighbour = torch.zeros_like(cotangent, requires_grad=True)
        self.before = self.neighbour * 1  # recorded first, so autograd comes to it last

    def input(self):
        """Not a leaf, as inside a network, and not contiguous where it has several axes."""
        turned = self.leaf.mT.contiguous().mT if self.leaf.ndim > 1 else self.leaf
        self.given = turned * 1
        return self.given

    def takes(self, output):
        self.output = output
        return output.detach().clone()

    def backward(self):
        """The gradient of the input, and the gradient that arrived, as its other reader found it afterwards."""
        joined = self.before + self.output
        del self.output
        joined.backward(self.cotangent)
        return self.leaf.grad, self.neighbour.grad

    def left(self):
        return self.given.detach()
'''


@dataclass
class Passed:
    """What one rank showed in a forward and backward pass: tensors, and the bytes that it sent."""

    output: Any
    gradient: Any
    arrived: Any
    """The gradient that came from the loss, after the backward pass."""
    left: Any
    """The input, after both."""
    forward_bytes: int
    backward_bytes: int


def passed(one_pass: Remote, apply: Callable[[Remote], Remote], fabric: Fabric, rank: int) -> Passed:
    """Go through what `apply` does on a rank, and back."""
    output = one_pass.call("takes", apply(one_pass.build("input")))
    forward = fabric.traffic[rank].bytes_sent
    gradient, arrived = one_pass.call("backward")
    left = one_pass.call("left")
    return Passed(output, gradient, arrived, left, forward, fabric.traffic[rank].bytes_sent - forward)


def ring(elements: int, world_size: int) -> int:
    """The elements that a rank sends in a ring all-reduce."""
    return 2 * (world_size - 1) * -(-elements // world_size)


def over(name: str, found: Sequence[float], limit: float, problem: str) -> Observation:
    """Whether nothing found is over a limit; by how many times it is tells one mistake from another."""
    times = np.array([number // max(limit, 1) if number > limit else 0 for number in found])
    return identical(name, times, np.zeros_like(times), problem)


def sent_at_most(name: str, sent: Sequence[int], elements: int, itemsize: int) -> Observation:
    """Whether no rank sent more than so many elements."""
    enough = f"where {elements} are enough" if elements else "where nothing has to be sent"
    problem = f"a rank sends {max(sent) // itemsize} elements {name}, {enough}"
    return over(f"the elements sent {name}", sent, elements * itemsize, problem)


def drawn(rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.from_numpy(np.asarray(rng.standard_normal(shape))).to(dtype)
