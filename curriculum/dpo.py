"""Direct preference optimisation: a policy learns from pairs of texts, without a reward model and without writing.

Rafailov et al. 2023, "Direct Preference Optimization: Your Language Model is Secretly a Reward Model". Under a reward r
and a price β for the distance from a reference, the best policy is known: π* ∝ π_ref · exp(r / β) (equation 4). Solved
for r it says which reward a policy is the best for, up to a number for each prompt (equation 5). People who compare two
texts of the same prompt never see that number. So the policy itself can be fitted to what they said (equation 7).

Symbols: a *pair* is two texts of one prompt, of which `chosen` was preferred to `rejected`. The log-probs of single
tokens are (batch, time), with a mask that is True at the *kept* tokens, those of a completion up to and with its first
EOS. Log-probs of whole texts are (batch,), in nats. `ref_…` are those under the reference: they are data and get no
gradient. `beta` is β > 0, in units of reward for a nat.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def optimal_policy(ref_log_probs: Tensor, rewards: Tensor, beta: float) -> tuple[Tensor, Tensor]:
    """The policy that maximises E[r] − β · KL(π ‖ π_ref), where all completions can be listed, and what it reaches.

    ref_log_probs: (prompts, completions), normalised; a completion that the reference never writes has −inf. rewards:
    the same shape, finite. Returns log π* of that shape, log π_ref + r / β − log Z, and the maximum (prompts,), which
    is β · log Z.
    """
    tilted = ref_log_probs + rewards / beta
    log_z = tilted.logsumexp(1, keepdim=True)  # (prompts, 1)
    return tilted - log_z, beta * log_z.squeeze(1)


def sequence_log_prob(log_probs: Tensor, mask: Tensor) -> Tensor:
    """The log-probability of each completion (batch,): the sum of those of its kept tokens, 0 where none is kept.

    log_probs, mask: (batch, time). What stands where the mask is False has no effect, not even NaN.
    """
    # 0 · ∞ would be NaN, so what is masked is replaced, not multiplied by 0.
    return torch.where(mask, log_probs, 0.0).sum(1)


def implicit_rewards(log_probs: Tensor, ref_log_probs: Tensor, beta: float) -> Tensor:
    """β · (log π − log π_ref) of each text (batch,): the reward that π is best for, up to a number for each prompt."""
    return beta * (log_probs - ref_log_probs.detach())


def preference_numbers(
    chosen: Tensor, rejected: Tensor, ref_chosen: Tensor, ref_rejected: Tensor, beta: float
) -> dict[str, float]:
    """What a policy says of pairs: mean implicit rewards, their mean difference, and how often it agrees.

    All arguments are log-probs (pairs,). `accuracy` is the share of pairs whose chosen text has the larger reward;
    where both are equal, as always at the start, a pair counts as half.
    """
    chosen_rewards = implicit_rewards(chosen, ref_chosen, beta)
    rejected_rewards = implicit_rewards(rejected, ref_rejected, beta)
    margins = chosen_rewards - rejected_rewards
    return {
        "chosen_reward": chosen_rewards.mean().item(),
        "rejected_reward": rejected_rewards.mean().item(),
        "margin": margins.mean().item(),
        "accuracy": (margins.sign() / 2 + 0.5).mean().item(),
    }


def dpo_loss(chosen: Tensor, rejected: Tensor, ref_chosen: Tensor, ref_rejected: Tensor, beta: float) -> Tensor:
    """The mean of −log σ(chosen's implicit reward − rejected's): a scalar (equation 7).

    All are log-probs of whole texts (pairs,). It is ln 2 where the policy is the reference; there its gradient is
    −β / 2 by each chosen log-prob and β / 2 by each rejected one, divided by the number of pairs.
    """
    margins = implicit_rewards(chosen, ref_chosen, beta) - implicit_rewards(rejected, ref_rejected, beta)
    return -F.logsigmoid(margins).mean()
