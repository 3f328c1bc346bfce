"""Judgement of `h100.mfu`: which share of the peak a step used, of the model's and of the hardware's operations.

Chowdhery et al. 2022 (PaLM), appendix B; Korthikanti et al. 2022, section 6, for both numbers side by side. The oracle
counts the passes that there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds
from autograder.submission import Submission

from .counted import log_uniform, number
from .mfu_misconceptions import add_misconceptions

mfu = Judgement(
    "h100.mfu",
    hints=(
        "How many operations could all GPUs have made in this time? How many did the model need?",
        "A token needs 2 operations forward and 4 backward for each parameter. Attention adds 12 · layers · width · "
        "time for a token: a third forward, two thirds backward.",
        "The model needs no recomputation, so MFU does not count it. The hardware makes it: a forward pass more, which "
        "is a third of the model's operations.",
        "`operations = (6 * parameters + 12 * layers * width * time) * tokens`; divide by `seconds * gpus * peak`. HFU "
        "is 4 / 3 of that with recomputation, and the same without.",
    ),
)
NAME = "mfu"
Case = dict[str, Any]


def by_passes(
    parameters: int,
    layers: int,
    width: int,
    time: int,
    tokens: int,
    seconds: float,
    gpus: int,
    peak: float,
    recompute: bool = False,
) -> tuple[float, float]:
    scores = sum(2 * width * time + 2 * time * width for _ in range(layers))  # with every key, then every value
    forward = (2 * parameters + scores) * tokens
    backward = 2 * forward
    possible = peak * seconds * gpus
    again = forward if recompute else 0
    return (forward + backward) / possible, (forward + backward + again) / possible


def draw(rng: np.random.Generator, share: float) -> Case:
    """A step that reaches a share of the peak with the operations of its parameters."""
    parameters, tokens = int(log_uniform(rng, 1e8, 1e11)), int(log_uniform(rng, 1e4, 1e7))
    gpus, peak = int(rng.integers(2, 1025)), log_uniform(rng, 1e13, 1e15)
    seconds = 6 * parameters * tokens / (gpus * peak * share)
    layers, width = int(rng.integers(2, 100)), 64 * int(rng.integers(4, 128))
    sizes = {"parameters": parameters, "layers": layers, "width": width, "time": 0}
    return sizes | {"tokens": tokens, "seconds": seconds, "gpus": gpus, "peak": peak}


def attending(rng: np.random.Generator, case: Case) -> Case:
    """With texts so long that attention has a fair share of the operations."""
    alike = case["parameters"] / (2 * case["layers"] * case["width"])
    return case | {"time": int(alike * float(rng.uniform(0.3, 0.8))) + 1}


def compared(s: Submission, where: str, case: Case) -> Iterator[Observation]:
    got = s.call(NAME, *case.values())
    pair = isinstance(got, list | np.ndarray) and len(got) == 2
    yield holds(f"the form of the result {where}", pair, f"the result {where} is not a tuple of two numbers")
    model, hardware = by_passes(**case)
    yield number(f"the MFU {where}", got[0], model)
    yield number(f"the HFU {where}", got[1], hardware)


@mfu.check(weight=3)
def is_a_share_of_the_peak(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Without attention MFU is 6 · parameters · tokens, over what all GPUs could have done in this time."""
    yield from compared(s, "on one GPU", draw(rng, float(rng.uniform(0.2, 0.6))) | {"gpus": 1})
    yield from compared(s, "on several GPUs", draw(rng, float(rng.uniform(0.2, 0.6))))


@mfu.check(weight=2)
def counts_attention(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Attention adds 12 · layers · width · time operations a token."""
    for _ in range(2):
        yield from compared(s, "of long texts", attending(rng, draw(rng, float(rng.uniform(0.2, 0.4)))))


@mfu.check(weight=3)
def leaves_recomputation_to_the_hardware(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Recomputation leaves MFU as it is and makes HFU 4 / 3 of it; without, both are the same."""
    for recompute in (True, False):
        case = draw(rng, float(rng.uniform(0.2, 0.6))) | {"recompute": recompute}
        where = f"with{'' if recompute else 'out'} recomputation"
        yield from compared(s, where, case)
        yield from compared(s, f"{where} of long texts", attending(rng, case))


add_misconceptions(mfu)
