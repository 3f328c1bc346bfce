"""a dataclass for the sums, ExitStack"""
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import torch

from curriculum import collectives, data_parallel


@dataclass
class Tally:
    loss: float = 0.0
    tokens: int = 0
    parts: int = 0

    def add(self, loss, tokens):
        self.loss += loss * tokens
        self.tokens += tokens
        self.parts += 1


class DataParallel:
    def __init__(self, model, comm, bucket_bytes):
        self._model, self._comm, self._bucket_bytes = model, comm, bucket_bytes
        self._silent = False
        self._tally = Tally()
        self._start()

    def __call__(self, *inputs):
        return self._model(*inputs)

    @torch.no_grad()
    def _start(self):
        for tensors in (self._model.parameters(), self._model.buffers()):
            for tensor in tensors:
                tensor.copy_(collectives.broadcast(tensor.detach(), self._comm))

    @contextmanager
    def no_sync(self):
        with ExitStack() as stack:
            stack.callback(setattr, self, "_silent", False)
            self._silent = True
            yield

    def backward(self, loss, tokens):
        loss.backward()
        self._tally.add(loss.item(), tokens)
        if self._silent:
            return None
        tally, self._tally = self._tally, Tally()
        learned = [p for p in self._model.parameters() if p.requires_grad]
        torch._foreach_div_([p.grad for p in learned if p.grad is not None], tally.parts)
        data_parallel.average_gradients(learned, tally.parts, self._comm, self._bucket_bytes)
        numbers = collectives.ring_all_reduce(torch.tensor([tally.loss, tally.tokens]), self._comm)
        return numbers[0].item() / numbers[1].item()
