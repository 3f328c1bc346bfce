"""Texts are written one prompt after another and scored one by one, each to its own end."""
import copy

import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

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
            own = [
                -cross_entropy(row[start - 1 : end - 1], text[start:end], reduction="none")
                for text, row, end in zip(tokens, logits, ends)
            ]
            return pad_sequence(own, batch_first=True)

        written = pad_sequence([torch.ones(end - start, dtype=torch.bool) for end in ends], batch_first=True)
        with torch.no_grad():
            old, ref = log_probs(model), log_probs(first_model)
        for _ in range(steps):
            optimizer.zero_grad()
            new = log_probs(model)
            loss = grpo_loss(new, old, advantages.to(new.dtype), written, ref_log_probs=ref, kl_coef=kl_coef)
            loss.backward()
            optimizer.step()
        spread = [max(own) - min(own) for own in rewards.reshape(-1, group).tolist()]
        log.append(
            {
                "reward": sum(rewards.tolist()) / len(rewards),
                "silent": spread.count(0.0) / prompts,
                "kl": float((old - ref).sum()) / len(tokens),
                "loss": loss.item(),
            }
        )
    return log
