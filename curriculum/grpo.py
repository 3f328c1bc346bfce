"""Policy gradients from groups: several texts for each prompt, compared with each other instead of with a value.

RLOO takes the mean of a text's siblings as its baseline (Kool et al. 2019; Ahmadian et al. 2024, "Back to Basics",
section 3). GRPO takes the mean of the group, divides by its standard deviation, and keeps PPO's clip for every token
(Shao et al. 2024, "DeepSeekMath", equation 3). DAPO averages over tokens, not over texts, and lets a ratio rise further
than it may fall (Yu et al. 2025, equation 8). Dr. GRPO does without the standard deviation and divides by a constant in
place of a text's length (Liu et al. 2025, "Understanding R1-Zero-Like Training", section 3).

Symbols: a *group* is `group` texts that were written after one prompt; its rows stand side by side, so rows 0 to
group − 1 of a batch are of the first prompt. `rewards` and `advantages` are (batch,), one for each text. All that is
said of single tokens is (batch, time), as in `curriculum.text_rl`, whose `completion_mask` is `mask`: what stands where
it is False may be anything, NaN too, and has no influence.

Departures: 1e-4 is added to the standard deviation, and a group whose rewards are all equal has the advantage 0.
"""

import torch
from torch import Tensor


@torch.no_grad()
def rloo_advantages(rewards: Tensor, group: int) -> Tensor:
    """Each reward, less the mean of the *other* rewards of its group: (batch,) → (batch,), with group ≥ 2.

    The baseline does not depend on the text itself, so the policy gradient stays unbiased.
    """
    grouped = rewards.reshape(-1, group)  # (prompts, group)
    others = (grouped.sum(1, keepdim=True) - grouped) / (group - 1)
    return (grouped - others).flatten()


@torch.no_grad()
def grpo_advantages(rewards: Tensor, group: int, by_std: bool = True) -> Tensor:
    """Each reward, less the mean of its group, divided by the group's standard deviation: (batch,) → (batch,).

    The standard deviation is that of group − 1 degrees of freedom, plus 1e-4. Without `by_std` nothing is divided. A
    group whose rewards are all equal gets exactly 0, though the mean of equal numbers may be rounded.
    """
    grouped = rewards.reshape(-1, group)  # (prompts, group)
    advantages = grouped - grouped.mean(1, keepdim=True)
    if by_std:
        advantages = advantages / (grouped.std(1, keepdim=True) + 1e-4)
    all_equal = (grouped == grouped[:, :1]).all(1, keepdim=True)
    return advantages.masked_fill(all_equal, 0.0).flatten()


def grpo_loss(
    log_probs: Tensor,
    old_log_probs: Tensor,
    advantages: Tensor,
    mask: Tensor,
    clip_low: float = 0.2,
    clip_high: float = 0.2,
    aggregation: str = "sequence",
    max_tokens: int = 1,
    ref_log_probs: Tensor | None = None,
    kl_coef: float = 0.0,
) -> Tensor:
    """The clipped surrogate of every token, and what it pays for leaving the reference, made one number: a scalar.

    A token's loss is −min(ratio · A, clip(ratio, 1 − clip_low, 1 + clip_high) · A), with ratio = π/π_old and A that of
    its text. With `ref_log_probs`, kl_coef · (e^d − 1 − d) is added, d = log π_ref − log π (k3, Shao et al. 2024,
    equation 4). The gradient reaches `log_probs` alone.

    aggregation: "sequence" averages over the kept tokens of each text, then over all texts of the batch, so a text that
    keeps nothing adds 0 (GRPO). "token" averages over all kept tokens of the batch (DAPO). "constant" divides the sum
    of each text by `max_tokens`, the same for all, then averages over the texts (Dr. GRPO). Where nothing is kept at
    all the loss is 0. Raises ValueError for another aggregation.
    """
    old_log_probs = old_log_probs.detach()
    # Data in the place of what is not kept: through a torch.where at the end alone, NaN would reach the gradient.
    log_probs = torch.where(mask, log_probs, old_log_probs)
    weights = advantages.detach()[:, None]  # (batch, 1)
    ratio = (log_probs - old_log_probs).exp()
    losses = -torch.minimum(ratio * weights, ratio.clamp(1.0 - clip_low, 1.0 + clip_high) * weights)
    if ref_log_probs is not None:
        d = ref_log_probs.detach() - log_probs
        losses = losses + kl_coef * (torch.expm1(d) - d)
    losses = torch.where(mask, losses, 0.0)
    match aggregation:
        case "sequence":
            return (losses.sum(1) / mask.sum(1).clamp(min=1)).mean()
        case "token":
            return losses.sum() / mask.sum().clamp(min=1)
        case "constant":
            return losses.sum(1).mean() / max_tokens
    raise ValueError(f"there is no aggregation {aggregation!r}")
