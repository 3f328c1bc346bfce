"""Best-of-n as a yardstick of over-optimisation: what it earns, for every n from one set of texts.

The *proxy* is the score of a reward model, the *gold* reward is what it was made to imitate. Of n texts that a policy
writes after a prompt, best-of-n keeps the one with the highest proxy. Nothing is trained, and the distance from the
policy is known: `curriculum.rlhf.best_of_n_kl`. So it shows how much gold so many nats can buy, beside any other way to
spend them (Gao et al. 2023, "Scaling laws for reward model overoptimization").

Symbols: `scores` and `values` (prompts, texts): each row is about the texts of one prompt.
"""

from __future__ import annotations

import torch
from torch import Tensor

from curriculum.rlhf import best_of_n_kl


def expected_best_of_n(scores: Tensor, values: Tensor, n: int) -> Tensor:
    """The mean value of the best of n texts, over all ways to choose n of a prompt's texts: float64 (prompts,).

    With N texts in ascending order of their scores, the i-th is the best of C(i − 1, n − 1) of the C(N, n) choices
    (Nakano et al. 2021, "WebGPT", appendix I). So N texts serve every n up to N, without bias, and better than N/n
    tries would. Raises ValueError for an n that is not in 1 … N.
    """
    size = scores.shape[1]
    if not 1 <= n <= size:
        raise ValueError(f"of {size} texts there is no best of {n}")
    rank = torch.arange(n, size + 1, dtype=torch.float64)  # what has fewer than n − 1 texts below it is never chosen
    log_chances = _log_choices(rank - 1, n - 1) - _log_choices(torch.tensor(size, dtype=torch.float64), n)
    ascending = values.gather(1, scores.argsort(dim=1)).double()
    return ascending[:, n - 1 :] @ log_chances.exp().to(values.device)


def _log_choices(of: Tensor, n: int) -> Tensor:
    """The logarithm of the number of ways to choose n things."""
    return torch.lgamma(of + 1) - torch.lgamma(torch.tensor(n + 1.0, dtype=torch.float64)) - torch.lgamma(of - n + 1)


def best_of_n_curve(scores: Tensor, gold: Tensor) -> dict[str, list[float]]:
    """Proxy and gold of the best of n, each a mean over the prompts, for n = 1, 2, 4 … up to half of a prompt's texts.

    `kl` is the bound, in nats. Of more than half of the texts there would be hardly two different choices.
    """
    sizes = [2**k for k in range(scores.shape[1].bit_length() - 1)]
    return {
        "n": sizes,
        "kl": [best_of_n_kl(n) for n in sizes],
        "proxy": [expected_best_of_n(scores, scores, n).mean().item() for n in sizes],
        "gold": [expected_best_of_n(scores, gold, n).mean().item() for n in sizes],
    }
