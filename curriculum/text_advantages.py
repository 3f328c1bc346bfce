"""Rewards and advantages of single tokens: what PPO needs before it can learn from finished texts.

Writing a text is an episode. The state is what stands there so far, an action is the next token, and the episode ends
with the last token that is written (Ziegler et al. 2019, "Fine-Tuning Language Models from Human Preferences",
section 2; Stiennon et al. 2020, section 3.4).

Symbols: a batch of texts with one column for each token that may be written, so everything is (batch, time). `mask` is
True at the *kept* tokens, those that the policy wrote, up to and with its first EOS: one run without a gap in each
text, or none. What stands in other columns (prompts, pads) may be anything, NaN too, and has no influence. `scores`
(batch,) judge whole texts. `log_probs` and `ref_log_probs` are those of the written tokens, under the policy that wrote
them and under the reference, the policy at the start. `values` are V of the state *before* each token.

All results are data to a loss: they carry no gradient.
"""

import torch
from torch import Tensor


@torch.no_grad()
def token_rewards(scores: Tensor, log_probs: Tensor, ref_log_probs: Tensor, mask: Tensor, kl_coef: float) -> Tensor:
    """The reward of each token (batch, time): its share of the KL penalty, and at the last kept token the score too.

    The share is −kl_coef · (log π − log π_ref). Summed over a text, its mean over texts is −kl_coef · KL(π ‖ π_ref) of
    whole texts (Ziegler et al. 2019, equation 2). 0 where nothing is kept.
    """
    following = torch.zeros_like(mask)
    following[:, :-1] = mask[:, 1:]
    last = mask & ~following
    rewards = torch.where(last, scores[:, None], 0.0) - kl_coef * (log_probs - ref_log_probs)
    return torch.where(mask, rewards, 0.0)


@torch.no_grad()
def token_advantages(rewards: Tensor, values: Tensor, mask: Tensor, gamma: float, lam: float) -> Tensor:
    """Generalised advantage estimates of each token (batch, time), 0 where nothing is kept.

    δ_t = r_t + γ·V_{t+1} − V_t and A_t = δ_t + γλ·A_{t+1} (Schulman et al. 2016, equation 16). Behind the last kept
    token there is nothing to come, so V and A are 0 there, with EOS or without: its score has been given.
    """
    advantages = torch.empty_like(rewards)
    next_value = next_advantage = rewards.new_zeros(len(rewards))
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * next_value - values[:, t]
        advantages[:, t] = torch.where(mask[:, t], delta + gamma * lam * next_advantage, 0.0)
        next_value = torch.where(mask[:, t], values[:, t], 0.0)
        next_advantage = advantages[:, t]
    return advantages


@torch.no_grad()
def whiten(advantages: Tensor, mask: Tensor) -> Tensor:
    """(A − mean) / (standard deviation + 1e-8), both over all kept tokens of the batch; 0 where nothing is kept."""
    kept = advantages[mask]
    whitened = (advantages - kept.mean()) / (kept.std(correction=0) + 1e-8)
    return torch.where(mask, whitened, 0.0)
