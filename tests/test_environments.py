"""The batched environments are gymnasium's, but for the new start within a step."""

from __future__ import annotations

import json

import numpy as np
import pytest

from curriculum.environments import BatchedEnv, CartPole, Pendulum

ENVIRONMENTS = [(CartPole, "CartPole-v1"), (Pendulum, "Pendulum-v1")]


def some_actions(env: BatchedEnv, rng: np.random.Generator) -> np.ndarray:
    if env.discrete:
        return rng.integers(0, env.actions, env.envs)
    return rng.uniform(-3, 3, (env.envs, env.actions)).astype(np.float32)  # beyond the range too


@pytest.mark.parametrize(("made", "name"), ENVIRONMENTS)
def test_every_step_is_gymnasiums_to_rounding(made: type[BatchedEnv], name: str) -> None:
    gymnasium = pytest.importorskip("gymnasium")
    env, theirs = made(3), [gymnasium.make(name) for _ in range(3)]
    env.reset(seed=1)
    rng = np.random.default_rng(2)

    def start_theirs(i: int) -> None:
        theirs[i].reset()
        theirs[i].unwrapped.state = env.state[:, i].copy()

    for i in range(3):
        start_theirs(i)
    ended = 0
    for _ in range(450):
        actions = some_actions(env, rng)
        step = env.step(actions)
        for i in range(3):
            observation, reward, terminated, truncated, _ = theirs[i].step(actions[i])
            np.testing.assert_allclose(step.final_observations[i], observation, rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(step.rewards[i], reward, rtol=1e-6)
            assert (step.terminated[i], step.truncated[i]) == (terminated, truncated)
            if terminated or truncated:
                ended += 1
                start_theirs(i)
    assert ended >= 6


def test_a_cartpole_that_never_falls_is_truncated_after_500_steps() -> None:
    env = CartPole(2)
    observations = env.reset(seed=0)
    for t in range(500):
        place, velocity, angle, spin = observations.T
        step = env.step((angle + 0.5 * spin + 0.01 * place + 0.1 * velocity > 0).astype(np.int64))
        observations = step.observations
        assert not step.terminated.any()
        assert step.truncated.all() == (t == 499)


@pytest.mark.parametrize(("made", "name"), ENVIRONMENTS)
def test_final_observations_differ_from_the_next_only_where_an_episode_ended(made: type[BatchedEnv], name: str) -> None:
    env = made(4)
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    seen = False
    for _ in range(201):
        step = env.step(some_actions(env, rng))
        ended = step.terminated | step.truncated
        same = (step.observations == step.final_observations).all(axis=1)
        assert (same == ~ended).all()
        assert (env.elapsed[ended] == 0).all()
        seen |= bool(ended.any())
    assert seen


@pytest.mark.parametrize(("made", "name"), ENVIRONMENTS)
def test_shapes_and_types_are_those_of_the_interface(made: type[BatchedEnv], name: str) -> None:
    env = made(5)
    assert env.reset(0).shape == (5, env.observation_size)
    step = env.step(some_actions(env, np.random.default_rng(0)))
    for observations in (step.observations, step.final_observations):
        assert observations.shape == (5, env.observation_size)
        assert observations.dtype == np.float32
    assert (step.rewards.dtype, step.terminated.dtype, step.truncated.dtype) == (np.float32, bool, bool)
    assert step.rewards.shape == step.terminated.shape == step.truncated.shape == (5,)


@pytest.mark.parametrize(("made", "name"), ENVIRONMENTS)
def test_a_restored_environment_goes_on_as_if_it_had_not_stopped(made: type[BatchedEnv], name: str) -> None:
    rng = np.random.default_rng(0)
    env = made(3)
    env.reset(seed=7)
    actions = [some_actions(env, rng) for _ in range(260)]
    for taken in actions[:60]:
        env.step(taken)
    other = made(3)
    other.load_state_dict(json.loads(json.dumps(env.state_dict())))
    for taken in actions[60:]:
        for mine, restored in zip(env.step(taken), other.step(taken), strict=True):
            np.testing.assert_array_equal(mine, restored)


def test_the_same_seed_gives_the_same_starts_and_another_one_others() -> None:
    env = CartPole(3)
    first, again, other = env.reset(1), env.reset(1), env.reset(2)
    assert (first == again).all()
    assert (first != other).any()


def test_no_copies_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="at least one copy"):
        CartPole(0)
