"""What a policy finds that does not learn: the peer of one that does."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from curriculum.language_models import LanguageModel
from curriculum.sampling import generate

from .blank import Blank
from .verdicts import Verdicts
from .world import BlankWorld

TEXTS = 256
"""In a batch."""
MOST_REPEATS = 40
"""A policy that has made up its mind writes nothing new: after so many texts for each verdict it is given up."""


def search(model: LanguageModel, blanks: Sequence[Blank], verdicts: Verdicts, budget: int, seed: int) -> None:
    """Ask for `budget` verdicts on what `model` writes, in turn for each of the blanks that is not yet solved.

    It is a strong form of random search: what was judged before costs nothing, and nothing is spent on what is solved.
    """
    torch.manual_seed(seed)
    waiting = list(blanks)
    while waiting and verdicts.count < budget and verdicts.asked < MOST_REPEATS * budget:
        world = BlankWorld(waiting, verdicts)
        room = max(1, min(TEXTS, budget - verdicts.count))
        world.rewards(generate(model, world.prompts(room), world.completion_length))
        solved = verdicts.solved_at()
        waiting = [blank for blank in waiting if blank.name not in solved]
