"""What RLHF adds to PPO for text: whitening, a coefficient that adapts, a loss of the KL, and the best of n.

RLHF is reinforcement learning from human feedback (Ziegler et al. 2019, "Fine-Tuning Language Models from Human
Preferences"; Stiennon et al. 2020; Ouyang et al. 2022). A reward model stands for the people. It is right only near
the texts that it was trained on, so the policy π must stay near the one that wrote them, the reference π_ref.

Symbols: a batch of texts with one column for each token that may be written, so everything is (batch, time). `mask` is
True at the *kept* tokens, those that the policy wrote, up to and with its first EOS. What stands in other columns may
be anything, NaN too, and has no influence. `log_probs` and `ref_log_probs` are those of the written tokens under π and
π_ref. The *log-ratio of a text*, ℓ = Σ_t (log π − log π_ref), is a sum over its kept tokens: that of log π(text).
"""

import math

import torch
from torch import Tensor


@torch.no_grad()
def masked_whiten(values: Tensor, mask: Tensor, shift_mean: bool = True) -> Tensor:
    """The values, scaled to a standard deviation of 1 over the kept entries, with their mean moved to 0 or left.

    (x − mean) / (standard deviation + 1e-8), plus the mean where it is not shifted. Both are over all kept entries of
    the batch; the standard deviation divides by n. 0 where nothing is kept.
    """
    kept = values[mask]
    mean = kept.mean()
    deviation = (kept - mean).square().mean().sqrt()
    whitened = (values - mean) / (deviation + 1e-8)
    return torch.where(mask, whitened if shift_mean else whitened + mean, 0.0)


class AdaptiveKLController:
    """A KL coefficient that is steered until the KL of whole texts is at its target (Ziegler et al. 2019, section 2.2).

    It is a proportional controller in the logarithm: an error of 10% moves the coefficient by 10% in `horizon` texts.
    """

    def __init__(self, init_kl_coef: float, target: float, horizon: float) -> None:
        """`target` is in nats a text, `horizon` in texts. Raises ValueError where one of the three is not above 0."""
        if not (init_kl_coef > 0 and target > 0 and horizon > 0):
            raise ValueError("the coefficient, its target and its horizon must be above 0")
        self.value = init_kl_coef
        self.target, self.horizon = target, horizon

    def update(self, kl: float, steps: int) -> None:
        """Take into account the mean KL, in nats a text, of the last `steps` texts, at most as many as the horizon."""
        # One batch tells little, and a KL can be many times its target: no more than 20% is believed.
        error = max(-0.2, min(0.2, kl / self.target - 1.0))
        self.value *= 1.0 + error * steps / self.horizon


def kl_loss(log_probs: Tensor, ref_log_probs: Tensor, mask: Tensor) -> Tensor:
    """½ℓ², averaged over the texts: its gradient on texts that π wrote is, in the mean, that of KL(π ‖ π_ref).

    The gradient of KL(π ‖ π_ref) is E[ℓ ∇log π(text)], and that of ½ℓ² is ℓ ∇log π(text). Its *value* is no estimate
    of the KL but k2 (Schulman 2020, "Approximating KL Divergence"). No gradient reaches `ref_log_probs`.
    """
    # Chosen before the sum: at a pad −inf − (−inf) is NaN.
    log_ratio = torch.where(mask, log_probs - ref_log_probs.detach(), 0.0).sum(1)  # (batch,)
    return 0.5 * log_ratio.square().mean()


def best_of_n(scores: Tensor) -> Tensor:
    """Which of the n texts of each prompt has the highest score: (prompts, n) → int64 (prompts,)."""
    return scores.argmax(1)


def best_of_n_kl(n: int) -> float:
    """The most nats by which the best of n texts can lie from the policy that wrote them: log n − (n − 1)/n.

    It is KL(best of n ‖ policy) exactly where no two texts have the same score, and a bound where some do (Stiennon et
    al. 2020, appendix G.3; Beirami et al. 2024, "Theoretical guarantees on the best-of-n alignment policy").
    """
    return math.log(n) - (n - 1) / n
