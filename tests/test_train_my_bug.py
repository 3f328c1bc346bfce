"""The learner's own function is trained beside the right one, and told apart by a number first."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from curriculum import advantages, ppo
from curriculum.train_my_bug import train_my_bug


def merged(rewards, values, next_values, terminated, truncated, gamma, lam):
    return advantages.gae(rewards, values, next_values, terminated | truncated, truncated, gamma, lam)


def trained(**function: object) -> tuple[list[str], object]:
    said: list[str] = []
    return said, train_my_bug(updates=10, show=said.append, **function)


def test_the_right_function_gives_the_same_numbers_and_the_same_run() -> None:
    said, found = trained(gae=advantages.gae)
    assert found.same
    assert found.right == found.yours
    assert said[0] == "On the same data: your advantages are the right ones."
    assert len(found.right) == 10
    assert said[-1].split()[0] == f"{10 * 32 * 32:,}"


def test_truncation_as_termination_is_told_at_the_truncation() -> None:
    said, found = trained(gae=merged)
    assert not found.same
    assert "wrong by up to" in said[0]
    assert said[0].endswith("where there is a truncation.")


def test_a_detached_loss_is_told_by_its_gradient() -> None:
    def detached(log_probs: Tensor, old: Tensor, adv: Tensor, clip: float) -> Tensor:
        return ppo.clipped_surrogate(log_probs.detach(), old, adv, clip) + 0 * log_probs.sum()

    said, found = trained(clipped_surrogate=detached)
    assert not found.same
    assert "your gradient has 0.000 times its length" in said[0]
    _, value = said[0].split("your loss is ")
    assert value.split(",")[0] == value.split("the right one ")[1].split(";")[0]  # the loss itself looks right


@pytest.mark.parametrize(
    "function",
    [
        {"normalize_advantages": lambda a: (a - a.mean()) / (a.std() + 1e-8)},  # n − 1 for n
        {"clipped_value_loss": lambda v, old, ret, clip: 0.5 * ((v - ret[:, None]) ** 2).mean()},
        {"clipped_surrogate": lambda new, old, adv, clip: -ppo.clipped_surrogate(new, old, adv, clip)},
        {"gae": lambda *data: advantages.gae(*data)[:-1]},
        {"gae": lambda rewards, *rest: np.full_like(rewards, np.nan)},
    ],
)
def test_what_is_wrong_is_never_the_same(function: dict) -> None:
    from curriculum.train_my_bug import told_apart
    from curriculum.train_ppo import Functions

    [(name, yours)] = function.items()
    words, same = told_apart(name, getattr(Functions(), name), yours)
    assert not same, words


def test_another_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="give one function by its name: gae, normalize_advantages"):
        train_my_bug(entropy=torch.exp)
