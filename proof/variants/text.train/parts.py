"""The course's parts under other names; the entropy by cross-entropy's own sum, gradients by autograd.grad."""
import math

import torch
from torch.nn import functional as F

from curriculum.sampling import generate
from curriculum.text_rl import completion_mask


def leave_one_out(rewards):
    n = len(rewards)
    weights = (torch.ones(n, n) - torch.eye(n)) / (n - 1)
    flat = rewards.reshape(n, -1)
    return (flat - weights.to(flat.dtype) @ flat).reshape(rewards.shape)


def scored(model, tokens):
    logits = model(tokens)[:, :-1].transpose(1, 2).float()
    return -F.cross_entropy(logits, tokens[:, 1:], reduction="none"), torch.special.entr(logits.softmax(1)).sum(1)


def one_update(model, optimizer, environment, batch, new_tokens, eos, entropy_coef):
    prompts = environment.prompts(batch)
    with torch.no_grad():
        tokens = generate(model, prompts, new_tokens, temperature=1.0)
    rewards = environment.rewards(tokens)
    kept = completion_mask(tokens, prompts.shape[1], eos).float()
    log_probs, entropies = scored(model, tokens)
    entropy = (entropies * kept).sum() / kept.sum()
    loss = -torch.einsum("b,bt,bt->", leave_one_out(rewards).float(), log_probs, kept) / batch - entropy * entropy_coef
    learned = [p for p in model.parameters() if p.requires_grad]
    for p, g in zip(learned, torch.autograd.grad(loss, learned, allow_unused=True)):
        p.grad = g
    optimizer.step()
    numbers = dict(reward=rewards.mean(), loss=loss, entropy=entropy, length=kept.sum() / batch)
    return {name: number.item() for name, number in numbers.items()}


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    model.eval()
    return [one_update(model, optimizer, environment, batch, new_tokens, eos, entropy_coef) for _ in range(updates)]
