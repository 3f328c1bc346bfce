"""GRPO that remembers what passed.

At first one text in hundreds passes. One update makes it a little likelier, and before it is written again it may be
forgotten: rewards that are this rare do not add up. So one text of each group is one that the policy wrote before and
that passed, where there is one. The group is still compared by its rewards. What differs from `curriculum.train_grpo`
is where one of its texts comes from, and the text had its verdict long ago, so it costs none.
"""

from __future__ import annotations

import torch
from torch import Tensor

from curriculum.train_grpo import GRPO

from .world import PROMPT_LENGTH, BlankWorld


class Remembering(GRPO):
    """GRPO on a `BlankWorld`, with one text that passed in each group of a blank that was solved."""

    world: BlankWorld

    def written(self, prompts: int, group: int, purpose: int) -> Tensor:
        tokens = super().written(prompts, group, purpose)
        if group > 1:  # a measurement is of what the policy writes itself
            for first in range(0, len(tokens), group):
                passed = self.world.passed.get(self.world.blank(tokens[first]))
                if passed is not None:
                    tokens[first, PROMPT_LENGTH:] = torch.tensor(passed)
        return tokens
