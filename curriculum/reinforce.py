"""REINFORCE for a model that writes text: the whole algorithm, in one loop.

Each update writes a batch of texts, has them rewarded, and makes those likelier that earned more than the others
(Williams 1992; the baseline is the mean of the other texts' rewards, Kool et al. 2019). `curriculum.train_reinforce`
does the same with what a longer run needs.

Symbols: `prompts` (batch, prompt) and `tokens` (batch, time) are int64, time = prompt + new_tokens; `rewards` (batch,).
"""

from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

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


def leave_one_out(rewards: Tensor) -> Tensor:
    """Each reward, less the mean of the *other* rewards of the batch: (batch, …) → (batch, …), with batch ≥ 2."""
    others = (rewards.sum(dim=0) - rewards) / (len(rewards) - 1)
    return rewards - others


def train(
    model: "GPT",
    optimizer: torch.optim.Optimizer,
    environment: "Environment",
    updates: int,
    batch: int,
    new_tokens: int,
    eos: int,
    entropy_coef: float = 0.0,
) -> list[dict[str, float]]:
    """Make `updates` updates of the model, in place, each from `batch` fresh texts.

    Returns what there is to say of each: the mean `reward`, the `loss`, the mean `entropy` of a token in nats, and the
    mean `length` of a text, its eos included. The model is in evaluation mode throughout: with dropout, the policy that
    is scored would be another than the one that wrote.
    """
    model.eval()
    log = []
    for _ in range(updates):
        prompts = environment.prompts(batch)
        tokens = sampling.generate(model, prompts, new_tokens)
        rewards = environment.rewards(tokens)
        mask = text_rl.completion_mask(tokens, prompts.shape[1], eos)
        logits = model(tokens)
        log_probs = text_rl.sequence_log_probs(logits, tokens)
        entropy = text_rl.entropy_bonus(logits, mask)
        loss = text_rl.reinforce_loss(log_probs, leave_one_out(rewards), mask) - entropy_coef * entropy
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log.append(
            {
                "reward": rewards.mean().item(),
                "loss": loss.item(),
                "entropy": entropy.item(),
                "length": mask.sum().item() / batch,
            }
        )
    return log
