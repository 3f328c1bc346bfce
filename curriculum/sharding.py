"""What every rank would keep a copy of, kept in parts: Rajbhandari et al. (2020), "ZeRO: Memory optimizations toward
training trillion parameter models", and Chen et al. (2016), "Training deep nets with sublinear memory cost".

Symbols: N ranks, n elements. A vector of n elements is cut into N *parts* of ⌈n/N⌉, of which the last are padded with
zeros; rank r keeps part r, its *shard*. The loss of a rank is a mean over its own rows. So the gradient of the whole
batch is the mean of the ranks' gradients, where all have equally many rows.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from curriculum.collectives import all_gather, reduce_scatter, ring_all_reduce
from curriculum.communicator import Communicator


class ZeroOptimizer:
    """Adam (Kingma & Ba 2015) whose moments are sharded: stage 1 of ZeRO.

    `parameters` are the same on every rank and of one dtype; the `grad` of each is that of the rank's own rows. All of
    them are one vector of n elements. A step sends 2 (N − 1) ⌈n/N⌉ elements from each rank.
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        comm: "Communicator",
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        self.parameters, self.comm = list(parameters), comm
        self.lr, self.betas, self.eps = lr, betas, eps
        self.sizes = [parameter.numel() for parameter in parameters]
        part = -(-sum(self.sizes) // comm.world_size)
        self.padding = part * comm.world_size - sum(self.sizes)
        first, *_ = parameters
        self.mean, self.square = first.new_zeros(part), first.new_zeros(part)  # the moments of this rank's part
        self.steps = 0

    @torch.no_grad()
    def step(self) -> None:
        """Adam's step with the mean of the ranks' gradients. Afterwards all ranks hold the same parameters."""
        values, gradients = self.flat(self.parameters), self.flat([parameter.grad for parameter in self.parameters])
        own = values.chunk(self.comm.world_size)[self.comm.rank]
        gradient = reduce_scatter(gradients, self.comm) / self.comm.world_size
        self.steps += 1
        beta1, beta2 = self.betas
        self.mean = beta1 * self.mean + (1 - beta1) * gradient
        self.square = beta2 * self.square + (1 - beta2) * gradient**2
        root = (self.square / (1 - beta2**self.steps)).sqrt()
        own = own - self.lr * self.mean / (1 - beta1**self.steps) / (root + self.eps)
        pieces = all_gather(own, self.comm).split([*self.sizes, self.padding])
        for parameter, piece in zip(self.parameters, pieces, strict=False):  # the last piece is padding
            parameter.copy_(piece.view_as(parameter))

    def flat(self, tensors: Sequence[Any]) -> Tensor:
        """Tensors of the parameters' shapes as one padded vector: (N · ⌈n/N⌉,)."""
        return F.pad(torch.cat([tensor.flatten() for tensor in tensors]), (0, self.padding))


class FullyShardedLinear(nn.Module):
    """x · weightᵀ + bias, of which a rank holds 1/N between uses: stage 3 of ZeRO, or FSDP (Zhao et al. 2023).

    Forward gathers the whole, uses it and lets it go. Backward gathers it again, and reduce-scatters its gradient.
    Together that sends 3 (N − 1) ⌈n/N⌉ elements from each rank, where n counts weight and bias.
    """

    class Gathered(torch.autograd.Function):
        """The layer as a function of x (…, in) and of the shard (⌈n/N⌉,)."""

        @staticmethod
        def forward(ctx: Any, x: Tensor, shard: Tensor, shape: torch.Size, comm: "Communicator") -> Tensor:
            ctx.save_for_backward(x, shard)  # and not the whole
            ctx.shape, ctx.comm = shape, comm
            whole = all_gather(shard, comm)
            weight, bias = whole[: shape.numel()].view(shape), whole[shape.numel() :][: shape[0]]
            return F.linear(x, weight, bias)

        @staticmethod
        def backward(ctx: Any, grad_output: Tensor) -> Any:
            x, shard = ctx.saved_tensors
            weight = all_gather(shard, ctx.comm)[: ctx.shape.numel()].view(ctx.shape)
            rows = grad_output.reshape(-1, ctx.shape[0])
            grad_weight = rows.T @ x.reshape(-1, ctx.shape[1])
            whole = torch.cat([grad_weight.flatten(), rows.sum(0)])
            padded = F.pad(whole, (0, len(shard) * ctx.comm.world_size - len(whole)))
            return grad_output @ weight, reduce_scatter(padded, ctx.comm) / ctx.comm.world_size, None, None

    def __init__(self, weight: Tensor, bias: Tensor, comm: "Communicator") -> None:
        """`weight` (out, in) and `bias` (out,) are whole and the same on every rank."""
        super().__init__()
        self.shape, self.comm = weight.shape, comm
        whole = torch.cat([weight.flatten(), bias])
        part = -(-len(whole) // comm.world_size)
        padded = F.pad(whole, (0, part * comm.world_size - len(whole)))
        own = padded.chunk(comm.world_size)[comm.rank]
        self.shard = nn.Parameter(own.clone())  # a view would keep the whole alive

    def forward(self, x: Tensor) -> Tensor:
        return self.Gathered.apply(x, self.shard, self.shape, self.comm)


@torch.no_grad()
def clip_grad_norm(parameters: Iterable[Tensor], max_norm: float, comm: "Communicator") -> float:
    """Scale the gradients, of which each rank has shards, so that their norm over all ranks is at most `max_norm` > 0.

    Returns the norm before that. A rank may have no gradients; it takes part all the same.
    """
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    square = torch.zeros(1, dtype=torch.float64)
    for gradient in gradients:
        square += gradient.double().square().sum()
    norm = ring_all_reduce(square, comm).sqrt().item()
    for gradient in gradients:
        gradient *= max_norm / max(norm, max_norm)
    return norm


class Files(Protocol):
    """A folder that all ranks share, of files that each hold a vector."""

    def write(self, name: str, vector: Tensor) -> None:
        """Write a new file."""
        ...

    def names(self) -> list[str]:
        """All files, in no particular order."""
        ...

    def length(self, name: str) -> int:
        """How many elements a file has."""
        ...

    def read(self, name: str, start: int, stop: int) -> Tensor:
        """The elements of a file from `start` to before `stop`, as far as there are any: both at least 0."""
        ...


def save_shard(shard: Tensor, length: int, files: "Files", comm: "Communicator") -> None:
    """Write this rank's part (⌈length/N⌉,) of a vector of `length` elements, without its padding."""
    files.write(f"{comm.rank}", shard[: max(length - comm.rank * len(shard), 0)])


def load_shard(files: "Files", comm: "Communicator") -> Tensor:
    """This rank's part (⌈length/M⌉,) of the vector that ranks, however many, have saved: padded with zeros.

    Only that part is read.
    """
    lengths = {name: files.length(name) for name in sorted(files.names(), key=int)}
    part = -(-sum(lengths.values()) // comm.world_size)
    start = comm.rank * part
    pieces = []
    for name, length in lengths.items():  # `start` counts from where this file begins
        pieces.append(files.read(name, max(start, 0), max(start + part, 0)))
        start -= length
    own = torch.cat(pieces)
    return torch.cat([own, own.new_zeros(part - len(own))])


def checkpointed(function: Callable[..., Tensor], *inputs: Tensor) -> Tensor:
    """function(*inputs), of which only the inputs are kept for the backward pass: it calls the function once more.

    Parameters that the function holds get their gradients too, if an input requires one. Random numbers are drawn again
    as they were, and the generator is left as it was.
    """

    class Recomputed(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Tensor) -> Tensor:
            ctx.save_for_backward(*inputs)
            ctx.random_state = torch.get_rng_state()
            return function(*inputs)

        @staticmethod
        def backward(ctx: Any, grad_output: Tensor) -> Any:
            again = [x.detach().requires_grad_(x.requires_grad) for x in ctx.saved_tensors]
            with torch.random.fork_rng(devices=[]), torch.enable_grad():
                torch.set_rng_state(ctx.random_state)
                output = function(*again)
            output.backward(grad_output)
            return tuple(x.grad for x in again)

    return Recomputed.apply(*inputs)
