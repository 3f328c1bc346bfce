"""What a small world says of itself is what happens in it."""

import numpy as np
import pytest

from curriculum.small_world import drawn, random_world


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_values_and_advantages_obey_bellmans_equation(rng):
    world, policy = random_world(6, 3, rng), rng.dirichlet(np.ones(3), size=6)
    values, advantages = world.values(policy), world.advantages(policy)
    assert np.allclose((policy * advantages).sum(axis=1), 0.0)
    assert np.allclose(values, (policy * (world.rewards + world.gamma * world.transition @ values)).sum(axis=1))


def test_what_is_gained_is_the_mean_advantage_over_the_new_policys_visits(rng):
    """Kakade & Langford 2002, lemma 6.1."""
    world = random_world(6, 3, rng)
    old, new = rng.dirichlet(np.ones(3), size=(2, 6))
    gain = world.visits(new) @ (new * world.advantages(old)).sum(axis=1) / (1 - world.gamma)
    assert world.expected_return(new) - world.expected_return(old) == pytest.approx(gain)
    assert world.visits(new).sum() == pytest.approx(1.0)


def test_rollouts_follow_the_tables(rng):
    world, policy = random_world(4, 2, rng, noise=0.5), rng.dirichlet(np.ones(2), size=4)
    states, actions, rewards = world.rollout(policy, 3, np.full(40_000, 1), rng)
    assert states.shape == (4, 40_000) and actions.shape == rewards.shape == (3, 40_000)
    assert np.bincount(states[1], minlength=4) / 40_000 == pytest.approx(world.steps(policy)[1], abs=0.02)
    assert rewards[0].mean() == pytest.approx(policy[1] @ world.rewards[1], abs=0.02)


def test_a_row_that_falls_short_of_1_by_rounding_still_gives_an_index():
    class Nearly1:
        def random(self, size):
            return np.full(size, 1.0 - 1e-17)

    assert drawn(np.full((1, 3), 1 / 3 - 1e-12), Nearly1()).tolist() == [2]
