"""PPO for text: one batch of finished texts, and what is learned from it (Schulman et al. 2017; Ziegler et al. 2019).

It is the algorithm of `curriculum.ppo`. A text is an episode, a token an action: so the ratio, the clip and the
advantage belong to single tokens, and a mask says which tokens count.

Symbols: `tokens` int64 (batch, time + 1), prompt, completion and pads. All that is said of single tokens is
(batch, time): column t is about token t + 1, as in `curriculum.text_rl`, whose `completion_mask` is `mask`. A *model*
maps tokens to logits (batch, time + 1, vocab) and values (batch, time + 1), both of what stands up to a position: those
at position t are about the state before token t + 1.

Departures: the value loss is not clipped, and there is no entropy bonus: the KL to the start keeps the policy random.
"""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from curriculum.ppo import approx_kl, clipped_surrogate
from curriculum.text_advantages import token_advantages, token_rewards, whiten
from curriculum.text_rl import sequence_log_probs

Batch = dict[str, Tensor]
"""Rows of texts: `tokens`, `mask`, `log_probs` of the policy that wrote them, `advantages`, `returns` and `kl`."""


def frozen_copy(model: nn.Module) -> nn.Module:
    """The model as it is now, in evaluation mode, with weights of its own that no longer learn."""
    return copy.deepcopy(model).eval().requires_grad_(False)


@torch.no_grad()
def experience(
    model: nn.Module,
    reference: nn.Module,
    tokens: Tensor,
    mask: Tensor,
    scores: Tensor,
    kl_coef: float,
    gamma: float = 1.0,
    lam: float = 0.95,
) -> "Batch":
    """What the policy that wrote `tokens` can learn from their scores (batch,).

    All is (batch, time) but for `tokens` and `kl`. `advantages` are whitened, `returns` are advantages + values before
    that. `kl` (batch,) is log π − log π_ref of each whole completion; its mean estimates KL(π ‖ π_ref).
    """
    logits, values = model(tokens)
    log_probs = sequence_log_probs(logits, tokens)
    ref_log_probs = sequence_log_probs(reference(tokens)[0], tokens)
    values = values[:, :-1]  # the last position stands before no token
    rewards = token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef)
    advantages = token_advantages(rewards, values, mask, gamma, lam)
    return {
        "tokens": tokens,
        "mask": mask,
        "log_probs": log_probs,
        "advantages": whiten(advantages, mask),
        "returns": advantages + values,
        "kl": torch.where(mask, log_probs - ref_log_probs, 0.0).sum(1),
    }


def update(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batch: "Batch",
    minibatches: Sequence[Tensor],
    clip: float = 0.2,
    value_coef: float = 0.5,
) -> list[dict[str, float]]:
    """One step of the optimizer for each minibatch, in order: int64 rows of the batch.

    The loss is the clipped surrogate plus value_coef · ½ (V − return)², each a mean over the kept tokens of the
    minibatch. Returns for each step, before it is made, both losses, an estimate of KL(old ‖ new) and the share of kept
    tokens whose ratio is outside the clip.
    """
    records = []
    for rows in minibatches:
        part = {name: batch[name][rows] for name in ("tokens", "mask", "log_probs", "advantages", "returns")}
        mask, old_log_probs = part["mask"], part["log_probs"][part["mask"]]
        logits, values = model(part["tokens"])
        log_probs = sequence_log_probs(logits, part["tokens"])[mask]  # (kept tokens,)
        policy_loss = clipped_surrogate(log_probs, old_log_probs, part["advantages"][mask], clip)
        value_loss = 0.5 * (values[:, :-1][mask] - part["returns"][mask]).square().mean()
        optimizer.zero_grad()
        (policy_loss + value_coef * value_loss).backward()
        optimizer.step()
        with torch.no_grad():
            ratio = (log_probs - old_log_probs).exp()
            found = {
                "policy_loss": policy_loss,
                "value_loss": value_loss,
                "kl": approx_kl(log_probs, old_log_probs)[2].mean(),
                "clip_fraction": (ratio.clamp(1 - clip, 1 + clip) != ratio).float().mean(),
            }
        records.append({name: value.item() for name, value in found.items()})
    return records
