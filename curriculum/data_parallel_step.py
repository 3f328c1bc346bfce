"""A model whose copies on all ranks learn as one: one start, gradients of all tokens, one exchange for many batches.

Li et al. (2020), "PyTorch Distributed: Experiences on Accelerating Data Parallel Training", sections 3.1 and 3.2.4.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

import curriculum.collectives as collectives
import curriculum.data_parallel as data_parallel
from curriculum.communicator import Communicator


class DataParallel:
    """A model on this rank that learns together with its copies on the others.

    For each micro-batch but the last of a step, `backward` is called in `no_sync()` and only adds up. The last call,
    outside, makes the gradients those of the mean loss over all tokens of all ranks' micro-batches.
    """

    def __init__(self, model: nn.Module, comm: "Communicator", bucket_bytes: int) -> None:
        """All ranks start from the parameters and buffers of rank 0, which are copied into the model in place."""
        self.model, self.comm, self.bucket_bytes = model, comm, bucket_bytes
        self.syncs, self.tokens, self.loss = True, 0, 0.0
        with torch.no_grad():
            for tensor in [*model.parameters(), *model.buffers()]:
                tensor.copy_(collectives.broadcast(tensor, comm))

    def __call__(self, *inputs: Any) -> Any:
        return self.model(*inputs)

    @contextmanager
    def no_sync(self) -> Iterator[None]:
        """While this is entered, `backward` sends nothing."""
        self.syncs = False
        try:
            yield
        finally:
            self.syncs = True

    def backward(self, loss: Tensor, tokens: int) -> float | None:
        """Add the gradient of a micro-batch whose mean loss over `tokens` tokens this is.

        Returns the mean loss over all tokens of the step, of all ranks; in no_sync it sends nothing and returns None.
        """
        (loss * tokens).backward()
        self.tokens += tokens
        self.loss += loss.item() * tokens
        if not self.syncs:
            return None
        learned = [p for p in self.model.parameters() if p.requires_grad]
        for p in learned:
            if p.grad is not None:
                p.grad /= self.tokens
        data_parallel.average_gradients(learned, self.tokens, self.comm, self.bucket_bytes)
        mine = torch.tensor([self.loss, self.tokens], dtype=torch.float64)
        total, count = collectives.ring_all_reduce(mine, self.comm).tolist()
        self.tokens, self.loss = 0, 0.0
        return total / count
