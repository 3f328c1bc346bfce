"""GRPO that remembers what passed, and asks more often for what does not pass yet.

At first one text in hundreds passes. One update makes it a little likelier, and before it is written again it may be
forgotten: rewards that are this rare do not add up. So one text of each group is one that the policy wrote before and
that passed, where there is one. The group is still compared by its rewards. What differs from `curriculum.train_grpo`
is where one of its texts comes from, and the text had its verdict long ago, so it costs none.

A group in which all pass teaches nothing, so a blank is drawn the more rarely the more of its texts pass (the
prioritized sampling of Kimi Team 2025, "Kimi k1.5"). Random search, the peer, spends nothing on what it
has solved.
"""

from __future__ import annotations

import torch
from torch import Tensor

from curriculum.train_grpo import GRPO

from .world import PROMPT_LENGTH, BlankWorld


class Remembering(GRPO):
    """GRPO on a `BlankWorld`, with one text that passed in each group of a blank that was solved."""

    world: BlankWorld

    def asked(self, prompts: int, purpose: int) -> Tensor:
        return self.world.prompts(prompts) if purpose else self.world.prompts_by_need(prompts)

    def written(self, prompts: int, group: int, purpose: int) -> Tensor:
        tokens = super().written(prompts, group, purpose)
        if group > 1:  # a measurement is of what the policy writes itself
            for first in range(0, len(tokens), group):
                passed = self.world.passed.get(self.world.blank(tokens[first]))
                if passed is not None:
                    tokens[first, PROMPT_LENGTH:] = torch.tensor(passed)
        return tokens
