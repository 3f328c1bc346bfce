"""What a reward model's score becomes before it is a reward (Ziegler et al. 2019; Stiennon et al. 2020).

Symbols as in `curriculum.text_advantages`: everything about single tokens is (batch, time), and `mask` is True at the
tokens that the policy wrote, up to and with its first EOS. What stands in other columns has no influence.
"""

import torch
from torch import Tensor

from curriculum.text_advantages import token_rewards


def kl_penalized_rewards(
    scores: Tensor,
    log_probs: Tensor,
    ref_log_probs: Tensor,
    mask: Tensor,
    ended: Tensor,
    kl_coef: float,
    score_clip: float,
    missing_eos_score: float | None,
) -> Tensor:
    """The reward of each token (batch, time): its share of the KL penalty, and at the last kept token the score too.

    The score (batch,) of a reward model is clipped to ±score_clip. Where `ended` (batch,) is False the text has no EOS:
    it gets `missing_eos_score`, as it is, in place of its own, unless that is None: a reward model that has seen whole
    texts only cannot judge half of one. No gradient comes through the rewards.
    """
    scores = scores.clamp(-score_clip, score_clip)
    if missing_eos_score is not None:
        scores = torch.where(ended, scores, missing_eos_score)
    return token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef)
