"""Judgement of `tensor_parallel.cross_entropy`: a loss over a vocabulary that is shared out.

Shoeybi et al. (2019), section 3, have it as well: a few numbers are sent for each token, and not the logits. The oracle
uses all logits, in double precision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, same_type
from autograder.ranks import on_every_rank
from autograder.submission import Remote, Submission
from curriculum.fabric import Fabric

from .counting import PASS, Passed, drawn, passed, sent_at_most
from .cross_entropy_misconceptions import add_misconceptions

cross_entropy = Judgement(
    "tensor_parallel.cross_entropy",
    hints=(
        "The loss of a token is log Σ exp(logit) − logit of the target. Which of its parts can be computed by each "
        "rank for its own tokens, and how are they put together?",
        "exp overflows. Subtract the largest logit of all ranks, which has to be found first: `all_gather` each rank's "
        "largest, and take the largest of these. As a constant it changes no gradient.",
        "The logit of the target is on one rank. All others contribute 0 to a sum. Look it up at `targets - start` "
        "where that is a place of yours, and at any valid place elsewhere, to be replaced by 0 with `torch.where`.",
        "Sum up over the ranks by `reduce_from_ranks`: its backward hands on the gradient, so autograd finds "
        "softmax − one-hot for this rank's logits by itself, and backward sends nothing.",
    ),
)
NAME = "parallel_cross_entropy"
MOST = 8
"""Numbers for each token, times (N − 1), that a rank may send."""


@dataclass
class Case:
    """Logits of a vocabulary, cut at some places, with targets and what arrives for their losses."""

    logits: Tensor
    targets: Tensor
    cuts: list[int]
    """Where each rank's tokens begin, and where the last ends."""
    cotangent: Tensor

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        sizes: Sequence[int],
        lead: Sequence[int],
        scale: float = 1.0,
        dtype: torch.dtype = torch.float64,
    ) -> Case:
        """`sizes` are the ranks' numbers of tokens. Among the targets are the first and the last token of each."""
        cuts = [0, *np.cumsum(sizes).tolist()]
        logits = scale * drawn(rng, *lead, cuts[-1], dtype=dtype)
        number = int(np.prod(lead))
        ends = [place for start, stop in pairwise(cuts) for place in (start, stop - 1)]
        chosen = rng.permutation(np.resize(np.array([*ends, *rng.integers(0, cuts[-1], number)]), max(number, 1)))
        targets = torch.from_numpy(chosen[:number].reshape(tuple(lead)).astype(np.int64))
        return cls(logits, targets, cuts, drawn(rng, *lead, dtype=dtype))

    @property
    def world_size(self) -> int:
        return len(self.cuts) - 1

    def part(self, tensor: Tensor, rank: int) -> Tensor:
        return tensor[..., self.cuts[rank] : self.cuts[rank + 1]].clone()

    def carried_out(self, s: Submission) -> list[Passed]:
        fabric = Fabric(self.world_size)

        def work(copy: Submission, comm: Remote, rank: int) -> Passed:
            one_pass = copy.bring(PASS, "Pass").build("", self.part(self.logits, rank), self.cotangent)

            def apply(logits: Remote) -> Remote:
                return copy.construct(NAME, logits, self.targets, self.cuts[rank], comm)

            return passed(one_pass, apply, fabric, rank)

        return list(on_every_rank(s, self.world_size, work, fabric).results)

    def losses(self) -> Tensor:
        logits = self.logits.double()
        return logits.logsumexp(-1) - logits.gather(-1, self.targets[..., None])[..., 0]

    def gradient(self) -> Tensor:
        softmax = self.logits.double().softmax(-1)
        return (softmax - torch.eye(self.cuts[-1], dtype=torch.float64)[self.targets]) * self.cotangent[..., None]

    def compared(self, s: Submission) -> Iterator[Observation]:
        dtype, results = self.logits.dtype, self.carried_out(s)
        finite = self.logits[self.logits.isfinite()]
        # A loss is a difference of numbers as large as the logits, and is as exact as they are.
        size = max(1.0, 2.0 * float(finite.abs().max()))
        for rank, found in enumerate(results):
            name = f"the losses on rank {rank} of {self.world_size}"
            yield close(name, found.output, self.losses(), roundings=8, magnitude=size, precision=dtype)
            yield same_type(name, found.output, self.cotangent)
        largest = float(self.cotangent.abs().max())
        for rank, found in enumerate(results):
            name = f"the gradient of the logits of rank {rank} of {self.world_size}"
            right = self.part(self.gradient(), rank)
            yield close(name, found.gradient, right, roundings=8, magnitude=size * largest, precision=dtype)


@cross_entropy.check(weight=3)
def is_that_of_the_whole_vocabulary(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Losses, and gradients of each rank's logits, are those over all logits, the losses on every rank."""
    yield from Case.draw(rng, (3, 3), (2, 3)).compared(s)
    yield from Case.draw(rng, (4, 4, 4), (9,), dtype=torch.float32).compared(s)
    yield from Case.draw(rng, (5,), (4,)).compared(s)


@cross_entropy.check()
def takes_parts_of_several_sizes(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """So it is if ranks have different numbers of tokens, be it one, and if there is no axis before the last."""
    yield from Case.draw(rng, [int(size) for size in rng.permutation([1, 4, 6])], (2, 4)).compared(s)
    yield from Case.draw(rng, (1, 3), ()).compared(s)


@cross_entropy.check(weight=2)
def neither_overflows_nor_vanishes(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """So it is with logits of thousands, far above and far below zero, that differ much between the ranks."""
    case = Case.draw(rng, (3, 3), (6,), dtype=torch.float32)
    case.logits *= 3000.0
    yield from case.compared(s)
    for offset in (3000.0, -3000.0):
        case = Case.draw(rng, (3, 2), (6,))
        case.logits += offset
        yield from case.compared(s)
    case = Case.draw(rng, (3, 3), (6,))
    case.logits += torch.tensor([2000.0] * 3 + [-2000.0] * 3).double() * torch.tensor([1.0, -1.0] * 3)[:, None]
    yield from case.compared(s)


@cross_entropy.check(weight=2)
def lets_tokens_be_excluded(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits of −inf have probability 0 and gradient 0, even if a rank has no others."""
    for sizes, excluded in (((3, 4), [5, 6]), ((3, 3, 2), [0, 6, 7])):
        case = Case.draw(rng, sizes, (6,))
        allowed = [token for token in range(case.cuts[-1]) if token not in excluded]
        case.targets = torch.from_numpy(rng.choice(allowed, 6))
        case.logits[:, excluded] = -torch.inf
        yield from case.compared(s)


@cross_entropy.check()
def sends_no_logits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In forward a rank sends at most 8 (N − 1) numbers for each token of the text, and in backward nothing."""
    tokens = 5
    for world_size in (3, 2):
        found = Case.draw(rng, [40] * world_size, (tokens,)).carried_out(s)
        most = MOST * (world_size - 1) * tokens
        yield sent_at_most(f"on {world_size} ranks in forward", [one.forward_bytes for one in found], most, 8)
        yield sent_at_most(f"on {world_size} ranks in backward", [one.backward_bytes for one in found], 0, 8)


@cross_entropy.check()
def leaves_alone_what_it_is_given(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Neither logits nor targets nor the gradients that arrive are changed, and it does without a gradient."""
    case = Case.draw(rng, (3, 4), (2, 3))
    for rank, found in enumerate(case.carried_out(s)):
        yield identical(
            f"the logits of rank {rank} afterwards", found.left, case.part(case.logits, rank), "it changes logits"
        )
        problem = "it changes the gradients that arrive, which others read too"
        yield identical(f"the gradients that arrive on rank {rank}", found.arrived, case.cotangent, problem)

    def work(copy: Submission, comm: Remote, rank: int) -> list[Tensor]:
        targets = copy.hold(case.targets)
        losses = copy.call(NAME, case.part(case.logits, rank), targets, case.cuts[rank], comm)
        return [losses, targets.fetch()]

    for rank, (losses, targets) in enumerate(on_every_rank(s, case.world_size, work).results):
        yield close(f"the losses of logits without gradient on rank {rank}", losses, case.losses(), magnitude=8.0)
        yield identical(f"the targets on rank {rank} afterwards", targets, case.targets, "it changes targets")


add_misconceptions(cross_entropy)
