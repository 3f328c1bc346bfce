"""One step of direct preference optimisation: two models read pairs of texts, and one of them learns.

Symbols: a *model* maps int64 `tokens` (batch, time + 1) to logits (batch, time + 1, vocab); those at position t are for
token t + 1. Masks are (batch, time): column t is about token t + 1, as in `curriculum.text_rl`.
"""

import torch
from torch import Tensor, nn

from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob
from curriculum.text_rl import sequence_log_probs

Pairs = dict[str, Tensor]
"""`chosen` and `rejected`, int64 (pairs, time + 1), with `chosen_mask` and `rejected_mask`, bool (pairs, time)."""


def pair_log_probs(model: nn.Module, pairs: "Pairs") -> tuple[Tensor, Tensor]:
    """The log-probs of the chosen and of the rejected completions, (pairs,) each, read in one batch."""
    tokens = torch.cat([pairs["chosen"], pairs["rejected"]])
    mask = torch.cat([pairs["chosen_mask"], pairs["rejected_mask"]])
    log_probs = sequence_log_prob(sequence_log_probs(model(tokens), tokens), mask)
    chosen, rejected = log_probs.chunk(2)
    return chosen, rejected


def preference_step(
    policy: nn.Module, reference: nn.Module, optimizer: torch.optim.Optimizer, pairs: "Pairs", beta: float
) -> dict[str, float]:
    """One step of the optimizer down the DPO loss of these pairs; the reference learns nothing.

    Returns what held before the step: the loss, the mean log-probs of the chosen and the rejected completions under the
    policy, and the numbers of `preference_numbers`.
    """
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        **preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta),
    }
