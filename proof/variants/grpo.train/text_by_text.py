"""Texts are written one prompt after another and scored one by one; each adds its share to the loss."""
import copy

import torch
from torch.distributions import Categorical

from curriculum.grpo import grpo_advantages, grpo_loss
from curriculum.sampling import generate


def end_of(text, start, eos):
    for place in range(start, len(text)):
        if int(text[place]) == eos:
            return place + 1
    return len(text)


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    first_model = copy.deepcopy(model)
    log = []
    for _ in range(updates):
        for one in (model, first_model):
            one.eval()
        asked = environment.prompts(prompts)
        start = asked.shape[1]
        tokens = torch.cat([generate(model, prompt[None].expand(group, -1), new_tokens) for prompt in asked])
        rewards = environment.rewards(tokens)
        advantages = grpo_advantages(rewards, group)
        ends = [end_of(text, start, eos) for text in tokens]

        def log_probs(which):
            logits = which(tokens)
            return [
                Categorical(logits=row[start - 1 : end - 1]).log_prob(text[start:end])
                for text, row, end in zip(tokens, logits, ends)
            ]

        with torch.no_grad():
            old, ref = log_probs(model), log_probs(first_model)
        for _ in range(steps):
            optimizer.zero_grad()
            loss = 0.0
            for new, was, far, a in zip(log_probs(model), old, ref, advantages.to(old[0].dtype)):
                every = torch.ones(1, len(new), dtype=torch.bool)
                loss = loss + grpo_loss(new[None], was[None], a[None], every, ref_log_probs=far[None], kl_coef=kl_coef)
            loss = loss / len(tokens)
            loss.backward()
            optimizer.step()
        spread = [max(own) - min(own) for own in rewards.reshape(-1, group).tolist()]
        log.append(
            {
                "reward": sum(rewards.tolist()) / len(rewards),
                "silent": spread.count(0.0) / prompts,
                "kl": sum(float((was - far).sum()) for was, far in zip(old, ref)) / len(tokens),
                "loss": loss.item(),
            }
        )
    return log
