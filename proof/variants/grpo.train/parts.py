"""The course's parts under other names; a frozen start, gradients by autograd.grad."""
import copy

import torch

from curriculum.grpo import grpo_advantages, grpo_loss
from curriculum.sampling import generate
from curriculum.text_rl import completion_mask, sequence_log_probs


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    model.eval()
    frozen = copy.deepcopy(model).requires_grad_(False)
    learned = [p for p in model.parameters() if p.requires_grad]
    return [
        one_update(model, frozen, learned, optimizer, environment, prompts, group, new_tokens, eos, steps, kl_coef)
        for _ in range(updates)
    ]


def one_update(model, frozen, learned, optimizer, environment, prompts, group, new_tokens, eos, steps, kl_coef):
    asked = environment.prompts(prompts)
    tokens = generate(model, asked[torch.arange(prompts * group) // group], new_tokens, use_cache=False)
    rewards = environment.rewards(tokens)
    kept = completion_mask(tokens, asked.shape[1], eos)
    now = lambda: sequence_log_probs(model(tokens), tokens)
    old = now().detach()
    ref = sequence_log_probs(frozen(tokens), tokens)
    parts = dict(advantages=grpo_advantages(rewards, group), mask=kept, ref_log_probs=ref, kl_coef=kl_coef)
    for _ in range(steps):
        loss = grpo_loss(now(), old, **parts)
        for p, g in zip(learned, torch.autograd.grad(loss, learned, allow_unused=True)):
            p.grad = g
        optimizer.step()
    rows = [set(row) for row in rewards.reshape(-1, group).tolist()]
    return {
        "reward": rewards.mean().item(),
        "silent": sum(len(row) == 1 for row in rows) / prompts,
        "kl": (old - ref)[kept].sum().item() / len(tokens),
        "loss": loss.item(),
    }
