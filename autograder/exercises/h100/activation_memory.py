"""Judgement of `h100.activation_memory`: what a GPU's layers keep for the backward pass.

Korthikanti et al. 2022, section 4 and table 2. The oracle lists the tensors that a layer keeps, one by one, as section
4.1 does, and hands each to the GPUs that share it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation
from autograder.submission import Submission

from .activation_memory_misconceptions import add_misconceptions
from .counted import whole

activation_memory = Judgement(
    "h100.activation_memory",
    hints=(
        "Take the table of the statement and add up its bytes: those outside the shared parts, those inside, those of "
        "the attention weights. Begin with one GPU, one layer, flash attention: 34 · batch · time · width.",
        "Tensor parallelism divides what is inside, and the attention weights, since each GPU has its own heads. What "
        "is outside stands on every GPU in full, unless sequence parallelism divides it too.",
        "With recomputation each layer keeps its input, 2 bytes a number. While the backward pass is in a layer, that "
        "layer has everything back: add a whole layer, and take off its input, which is counted already.",
        "Other data-parallel GPUs have texts of their own. Nothing of yours lies on them, whatever ZeRO stage the "
        "weights are in. `in_flight` multiplies what is kept, but only one layer at a time is recomputed.",
    ),
)
NAME = "activation_memory"
OUTSIDE, INSIDE, SCORES = "outside", "inside", "scores"
LAYER = (  # what, bytes for each number of its kind, of which kind
    ("input of the first norm", 2, OUTSIDE),
    ("input of q, k and v", 2, OUTSIDE),
    ("q", 2, INSIDE),
    ("k", 2, INSIDE),
    ("v", 2, INSIDE),
    ("attention weights", 2, SCORES),
    ("dropout mask of the weights", 1, SCORES),
    ("attention weights after dropout", 2, SCORES),
    ("input of the output projection", 2, INSIDE),
    ("dropout mask after attention", 1, OUTSIDE),
    ("input of the second norm", 2, OUTSIDE),
    ("input of the MLP", 2, OUTSIDE),
    ("input of the GELU, four times as wide", 8, INSIDE),
    ("output of the GELU, four times as wide", 8, INSIDE),
    ("dropout mask after the MLP", 1, OUTSIDE),
)
Case = dict[str, Any]


def by_tensors(
    batch: int,
    time: int,
    width: int,
    heads: int,
    layers: int,
    tensor: int = 1,
    sequence_parallel: bool = False,
    flash: bool = True,
    recompute: bool = False,
    in_flight: int = 1,
    data: int = 1,
) -> int:
    """The most that a GPU keeps, tensor by tensor. Which GPUs have other texts does not matter."""
    numbers = {
        OUTSIDE: Fraction(batch * time * width, tensor if sequence_parallel else 1),
        INSIDE: Fraction(batch * time * width, tensor),
        SCORES: Fraction(0 if flash else batch * heads * time * time, tensor),
    }
    layer = [size * numbers[kind] for _, size, kind in LAYER]
    kept = layer[:1] if recompute else layer
    waiting = in_flight * layers * sum(kept, Fraction())
    total = waiting + (sum(layer[1:], Fraction()) if recompute else 0)
    assert total.denominator == 1, "the drawn sizes divide"
    return math.trunc(total)


def draw(rng: np.random.Generator, tensor: int = 1) -> Case:
    """Sizes that `tensor` divides, all different."""
    heads = tensor * int(rng.integers(2, 6))
    width = heads * int(rng.integers(5, 20))
    time, batch, layers = tensor * int(rng.integers(20, 60)), int(rng.integers(2, 7)), int(rng.integers(3, 9))
    return {"batch": batch, "time": time, "width": width, "heads": heads, "layers": layers}


def compared(s: Submission, where: str, case: Case, **more: Any) -> Iterator[Observation]:
    yield from whole(f"the bytes {where}", s.call(NAME, **case, **more), by_tensors(**case, **more))


@activation_memory.check(weight=3)
def keeps_34_bytes_a_number(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With flash attention on one GPU a layer keeps 34 bytes for each number of the stream."""
    for layers in (1, int(rng.integers(2, 9))):
        case = draw(rng) | {"layers": layers}
        yield from compared(s, "of one layer" if layers == 1 else "of several layers", case)
        positions = [case[name] for name in ("batch", "time", "width", "heads", "layers")]
        yield from whole("the bytes, by position", s.call(NAME, *positions), by_tensors(**case))


@activation_memory.check(weight=2)
def keeps_the_attention_weights_without_flash(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Without flash attention there are 5 bytes more for each pair of positions in each head."""
    for time in (int(rng.integers(20, 50)), int(rng.integers(500, 900))):
        yield from compared(s, f"with attention weights at a length of {time}", draw(rng) | {"time": time}, flash=False)


@activation_memory.check(weight=3)
def shares_what_tensor_parallelism_shares(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Tensor parallelism divides 24 of the 34 bytes and the attention weights; with sequence parallelism all of it."""
    for tensor in (2, int(rng.integers(3, 9))):
        case = draw(rng, tensor) | {"tensor": tensor}
        for flash in (True, False):
            name = "flash attention" if flash else "attention weights"
            yield from compared(s, f"with tensor parallelism and {name}", case, flash=flash)
            yield from compared(s, f"with sequence parallelism and {name}", case, flash=flash, sequence_parallel=True)


@activation_memory.check(weight=3)
def keeps_inputs_alone_with_recomputation(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With recomputation every layer keeps its input, and one layer at a time has the rest back."""
    yield from compared(s, "of one recomputed layer", draw(rng) | {"layers": 1}, recompute=True)
    for flash in (True, False):
        yield from compared(s, "with recomputation", draw(rng), recompute=True, flash=flash)
    case = draw(rng, 4) | {"tensor": 4, "recompute": True, "flash": bool(rng.integers(2))}
    yield from compared(s, "with recomputation and tensor parallelism", case)
    yield from compared(s, "with recomputation and sequence parallelism", case, sequence_parallel=True)


@activation_memory.check(weight=2)
def keeps_each_microbatch_in_flight(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What is kept is kept for every microbatch in flight; recomputed is one layer of one of them."""
    for recompute in (False, True):
        in_flight = int(rng.integers(2, 9))
        where = f"of microbatches in flight{' with recomputation' if recompute else ''}"
        yield from compared(s, where, draw(rng), recompute=recompute, in_flight=in_flight)


@activation_memory.check(weight=2)
def is_not_shared_with_other_texts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """How many data-parallel GPUs there are does not matter: each has its own texts."""
    for data in (2, int(rng.integers(3, 65))):
        case = draw(rng, 2) | {"tensor": 2, "data": data}
        yield from compared(s, "with data parallelism", case)
        yield from compared(s, "with data parallelism and recomputation", case, recompute=True)


@activation_memory.check()
def counts_large_models_exactly(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For GPT-3's shape, 96 layers of 12,288 columns and 96 heads, the bytes are exact, in whole numbers."""
    case = {"batch": int(rng.integers(1, 5)), "time": 2048, "width": 12_288, "heads": 96, "layers": 96, "tensor": 8}
    for sequence_parallel in (False, True):
        yield from compared(s, "for GPT-3's shape", case, sequence_parallel=sequence_parallel, flash=False)
        yield from compared(s, "for GPT-3's shape", case, sequence_parallel=sequence_parallel, recompute=True)


add_misconceptions(activation_memory)
