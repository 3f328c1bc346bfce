"""Reinforcement learning from verifiable rewards by GRPO: the whole algorithm, in one loop.

Each update has the policy write a group of texts for every prompt and lets the environment reward them. Then it makes
those likelier that earned more than their group, in a few clipped steps, and pays for leaving the policy it began as
(Shao et al. 2024, "DeepSeekMath", algorithm 1; "verifiable rewards": Lambert et al. 2024, section 6).
`curriculum.train_grpo` does the same with what a longer run needs.

Symbols: `asked` (prompts, prompt) and `tokens` (prompts · group, time) are int64, time = prompt + new_tokens; the texts
of a prompt stand side by side. `rewards` and `advantages` are (prompts · group,).
"""

import copy
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

import curriculum.grpo as grpo
import curriculum.sampling as sampling
import curriculum.text_rl as text_rl

if TYPE_CHECKING:
    from curriculum.gpt import GPT


class Environment(Protocol):
    """What asks and what judges."""

    def prompts(self, batch: int) -> Tensor:
        """Fresh prompts, int64 (batch, prompt)."""

    def rewards(self, tokens: Tensor) -> Tensor:
        """How good each completion is, float32 (batch,), for prompts with what was written after them."""


def train(
    model: "GPT",
    optimizer: torch.optim.Optimizer,
    environment: "Environment",
    updates: int,
    prompts: int,
    group: int,
    new_tokens: int,
    eos: int,
    steps: int = 2,
    kl_coef: float = 0.0,
) -> list[dict[str, float]]:
    """Make `updates` updates of the model, in place, each of `steps` steps on `group` texts for each of `prompts`.

    Returns what there is to say of each: the mean `reward`; `silent`, the share of groups whose rewards are all equal;
    `kl`, the mean over the texts of log π − log π_start of a whole completion, before the update; and the `loss` of the
    last step. The model is in evaluation mode throughout.
    """
    start = copy.deepcopy(model).eval()
    model.eval()
    log = []
    for _ in range(updates):
        asked = environment.prompts(prompts).repeat_interleave(group, 0)
        tokens = sampling.generate(model, asked, new_tokens)
        rewards = environment.rewards(tokens)
        advantages = grpo.grpo_advantages(rewards, group)
        mask = text_rl.completion_mask(tokens, asked.shape[1], eos)
        with torch.no_grad():
            old_log_probs = text_rl.sequence_log_probs(model(tokens), tokens)
            start_log_probs = text_rl.sequence_log_probs(start(tokens), tokens)
        for _ in range(steps):
            log_probs = text_rl.sequence_log_probs(model(tokens), tokens)
            loss = grpo.grpo_loss(
                log_probs, old_log_probs, advantages, mask, ref_log_probs=start_log_probs, kl_coef=kl_coef
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        grouped = rewards.reshape(prompts, group)
        log.append(
            {
                "reward": rewards.mean().item(),
                "silent": (grouped == grouped[:, :1]).all(1).float().mean().item(),
                "kl": torch.where(mask, old_log_probs - start_log_probs, 0.0).sum(1).mean().item(),
                "loss": loss.item(),
            }
        )
    return log
