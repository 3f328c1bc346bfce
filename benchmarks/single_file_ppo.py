"""PPO as a single-file implementation has it, to measure ours beside: one script's loop, every part in sight.

The algorithm, its defaults and its order of work are those of CleanRL's `ppo.py`: 4 environments, 128 steps, 4 epochs
of 4 minibatches, a learning rate of 2.5e-4 that falls over 500,000 steps, γ 0.99, λ 0.95, entropy 0.01, a clipped value
loss. The text is ours. Values are computed while acting, `torch.distributions` speaks for the policy, and gymnasium's
`SyncVectorEnv` steps one environment after the other. As there, an episode that the clock ended counts as terminated.

What it publishes for CartPole-v1: 488.75 ± 18.40 (docs/rl-algorithms/ppo.md).
"""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import torch
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from torch import nn
from torch.distributions import Categorical

from curriculum.rollouts import Episodes

STEPS, ENVS, EPOCHS, MINIBATCHES, TOTAL = 128, 4, 4, 4, 500_000
GAMMA, LAMBDA, CLIP, ENTROPY, VALUE, NORM, RATE = 0.99, 0.95, 0.2, 0.01, 0.5, 0.5, 2.5e-4


def layer(fan_in: int, fan_out: int, gain: float) -> nn.Linear:
    linear = nn.Linear(fan_in, fan_out)
    nn.init.orthogonal_(linear.weight, gain)
    nn.init.constant_(linear.bias, 0.0)
    return linear


def network(fan_out: int, gain: float) -> nn.Sequential:
    root = 2**0.5
    return nn.Sequential(layer(4, 64, root), nn.Tanh(), layer(64, 64, root), nn.Tanh(), layer(64, fan_out, gain))


def learn(seed: int, target: float | None = None, total: int = TOTAL) -> tuple[int, Episodes]:
    """Train, until the last hundred episodes have the mean `target`; the steps it took, and the episodes."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    np.random.seed(seed)
    envs = SyncVectorEnv([lambda: gym.make("CartPole-v1")] * ENVS, autoreset_mode=AutoresetMode.SAME_STEP)
    actor, critic = network(2, 0.01), network(1, 1.0)
    parameters = [*actor.parameters(), *critic.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=RATE, eps=1e-5)
    episodes, taken, updates = Episodes(ENVS), 0, total // (STEPS * ENVS)

    observations = torch.zeros(STEPS, ENVS, 4)
    actions = torch.zeros(STEPS, ENVS)
    log_probs, rewards, dones, values = (torch.zeros(STEPS, ENVS) for _ in range(4))
    seen = torch.tensor(envs.reset(seed=seed)[0])
    done = torch.zeros(ENVS)
    for update in range(updates):
        optimizer.param_groups[0]["lr"] = RATE * (1 - update / updates)
        for t in range(STEPS):
            observations[t], dones[t] = seen, done
            with torch.no_grad():
                distribution = Categorical(logits=actor(seen))
                actions[t] = distribution.sample()
                log_probs[t] = distribution.log_prob(actions[t])
                values[t] = critic(seen).flatten()
            led_to, reward, terminated, truncated, _ = envs.step(actions[t].long().numpy())
            taken += ENVS
            ended = terminated | truncated
            rewards[t], seen, done = torch.tensor(reward), torch.tensor(led_to), torch.tensor(ended).float()
            episodes.add(reward, ended)
            if target is not None and ended.any() and episodes.reached(target):
                return taken, episodes

        with torch.no_grad():
            last_value = critic(seen).flatten()
        advantages = torch.zeros_like(rewards)
        carried = torch.zeros(ENVS)
        for t in reversed(range(STEPS)):
            alive = 1.0 - (done if t == STEPS - 1 else dones[t + 1])
            following = last_value if t == STEPS - 1 else values[t + 1]
            carried = rewards[t] + GAMMA * alive * following - values[t] + GAMMA * LAMBDA * alive * carried
            advantages[t] = carried
        returns = advantages + values

        columns = (observations, actions, log_probs, advantages, returns, values)
        flat = [column.reshape(STEPS * ENVS, *column.shape[2:]) for column in columns]
        order = np.arange(STEPS * ENVS)
        clipped_shares = []
        for _ in range(EPOCHS):
            np.random.shuffle(order)
            for chosen in np.split(order, MINIBATCHES):
                x, action, old, advantage, ret, old_value = (column[chosen] for column in flat)
                distribution = Categorical(logits=actor(x))
                value = critic(x).view(-1)
                log_ratio = distribution.log_prob(action) - old
                ratio = log_ratio.exp()
                with torch.no_grad():
                    clipped_shares.append(((ratio - 1).abs() > CLIP).float().mean().item())
                advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
                policy_loss = -torch.min(advantage * ratio, advantage * ratio.clamp(1 - CLIP, 1 + CLIP)).mean()
                near = old_value + (value - old_value).clamp(-CLIP, CLIP)
                value_loss = 0.5 * torch.max((value - ret) ** 2, (near - ret) ** 2).mean()
                loss = policy_loss - ENTROPY * distribution.entropy().mean() + VALUE * value_loss
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(parameters, NORM)
                optimizer.step()
    return taken, episodes
