"""Loops over texts: each adds its share to the loss; the others' mean is taken from a list of the others."""
import torch
from torch.distributions import Categorical

import curriculum.sampling


def leave_one_out(rewards):
    rows = []
    for i in range(len(rewards)):
        others = torch.cat([rewards[:i], rewards[i + 1 :]])
        rows.append(rewards[i] - others.mean(dim=0))
    return torch.stack(rows)


def end_of(text, start, eos):
    for place in range(start, len(text)):
        if int(text[place]) == eos:
            return place + 1
    return len(text)


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    log = []
    for _ in range(updates):
        model.eval()
        prompts = environment.prompts(batch)
        tokens = curriculum.sampling.generate(model, prompts, new_tokens, use_cache=False)
        rewards = environment.rewards(tokens)
        weights = leave_one_out(rewards)
        start = prompts.shape[1]
        optimizer.zero_grad()
        logits = model(tokens)
        loss, entropies = 0.0, []
        for text, row, weight in zip(tokens, logits, weights):
            end = end_of(text, start, eos)
            policy = Categorical(logits=row[start - 1 : end - 1])
            loss = loss - weight * policy.log_prob(text[start:end]).sum() / batch
            entropies.append(policy.entropy())
        entropy = torch.cat(entropies).mean()
        total = loss - entropy_coef * entropy
        total.backward()
        optimizer.step()
        sizes = [len(one) for one in entropies]
        log.append(
            {
                "length": sum(sizes) / len(sizes),
                "entropy": entropy.item(),
                "loss": total.item(),
                "reward": sum(rewards.tolist()) / batch,
            }
        )
    return log
