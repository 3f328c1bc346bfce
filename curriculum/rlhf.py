"""RLHF: four models, and one update of two of them (Ziegler et al. 2019; Stiennon et al. 2020; Ouyang et al. 2022).

| model | maps tokens (batch, time + 1) to | learns |
|---|---|---|
| policy | logits (batch, time + 1, vocab) | yes: it writes the texts |
| reference | logits (batch, time + 1, vocab) | no: it is the policy as it was before the first update |
| reward model | scores (batch,) of whole texts | no: it was trained on preferences, before |
| value model | values (batch, time + 1) | yes: what the tokens still to come will earn |

Symbols as in `curriculum.text_ppo`: all that is said of single tokens is (batch, time), and column t is about token
t + 1. The parts are in
`curriculum.rlhf_parts` and `curriculum.rlhf_rewards`, and can be imported from here.
"""

from collections.abc import Sequence
from math import inf

import torch
from torch import Tensor, nn

from curriculum.rlhf_parts import (
    AdaptiveKLController,
    best_of_n,
    best_of_n_kl,
    kl_loss,
    masked_whiten,
)
from curriculum.rlhf_rewards import kl_penalized_rewards
from curriculum.text_advantages import token_advantages
from curriculum.text_ppo import update
from curriculum.text_rl import completion_mask, sequence_log_probs
from curriculum.value_model import PolicyAndValues, ValueModel

__all__ = [
    "AdaptiveKLController",
    "PolicyAndValues",
    "ValueModel",
    "best_of_n",
    "best_of_n_kl",
    "kl_loss",
    "kl_penalized_rewards",
    "masked_whiten",
    "rlhf_step",
]


def rlhf_step(
    policy: nn.Module,
    reference: nn.Module,
    reward_model: nn.Module,
    value_model: nn.Module,
    tokens: Tensor,
    prompt_length: int,
    eos: int,
    optimizer: torch.optim.Optimizer,
    minibatches: Sequence[Tensor],
    kl_coef: float,
    score_clip: float = inf,
    missing_eos_score: float | None = None,
    gamma: float = 1.0,
    lam: float = 0.95,
    clip: float = 0.2,
) -> dict[str, float]:
    """Learn from texts that the policy has just written; `optimizer` has the weights of policy and value model.

    tokens: prompts, completions and pads. minibatches: int64 rows of them, one step each, in order. Returns means over
    the texts, before anything is learned: their `score` as the reward model gave it, the `kl` to the reference of whole
    texts and the share that `ended`; of the first step `value_loss` and `first_clip_fraction`, of the last `step_kl`
    and `clip_fraction`.
    """
    mask = completion_mask(tokens, prompt_length, eos)
    ended = ((tokens[:, 1:] == eos) & mask).any(1)
    with torch.no_grad():
        scores = reward_model(tokens)
        log_probs = sequence_log_probs(policy(tokens), tokens)
        ref_log_probs = sequence_log_probs(reference(tokens), tokens)
        values = value_model(tokens)[:, :-1]  # the last position stands before no token
    rewards = kl_penalized_rewards(
        scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score
    )
    advantages = token_advantages(rewards, values, mask, gamma, lam)
    batch = {
        "tokens": tokens,
        "mask": mask,
        "log_probs": log_probs,
        "advantages": masked_whiten(advantages, mask),
        "returns": advantages + values,
    }
    # Policy and value model share no weight, so no coefficient has to weigh one loss against the other.
    steps = update(PolicyAndValues(policy, value_model), optimizer, batch, minibatches, clip, value_coef=1.0)
    return {
        "score": scores.mean().item(),
        "kl": torch.where(mask, log_probs - ref_log_probs, 0.0).sum(1).mean().item(),
        "ended": ended.float().mean().item(),
        "value_loss": steps[0]["value_loss"],
        "first_clip_fraction": steps[0]["clip_fraction"],
        "step_kl": steps[-1]["kl"],
        "clip_fraction": steps[-1]["clip_fraction"],
    }
