"""The two operators between what all ranks have and what each has a part of: Shoeybi et al. (2019), "Megatron-LM:
Training multi-billion parameter language models using model parallelism", section 3, where they are called f and g.

Symbols: N ranks. A tensor is *whole* if it is the same on every rank. Outside of a parallel block, activations and
their gradients are whole. Inside, a rank has its own part of the work. Where the parts begin stands f, and where they
end stands g. They are conjugate: what one does in forward, the other does in backward.
"""

from typing import Any

import torch
from torch import Tensor

from curriculum.collectives import ring_all_reduce
from curriculum.communicator import Communicator


def copy_to_ranks(x: Tensor, comm: "Communicator") -> Tensor:
    """x, where the ranks' own parts begin (f): in backward, the sum over the ranks of the gradients that arrive."""

    class Copied(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            return x.view_as(x)

        @staticmethod
        def backward(ctx: Any, gradient: Tensor) -> Any:
            return ring_all_reduce(gradient, comm)

    return Copied.apply(x)


def reduce_from_ranks(x: Tensor, comm: "Communicator") -> Tensor:
    """The sum over the ranks of x, where their own parts end (g): in backward, the gradient that arrives, as it is."""

    class Reduced(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            return ring_all_reduce(x, comm)

        @staticmethod
        def backward(ctx: Any, gradient: Tensor) -> Any:
            return gradient

    return Reduced.apply(x)
