"""torch.distributions, mask from positions"""
import torch
from torch.distributions import Categorical


def leave_one_out(rewards):
    count = rewards.shape[0]
    others = rewards.sum(dim=0, keepdim=True) - rewards
    return rewards - others / (count - 1)


@torch.no_grad()
def continue_texts(model, tokens, steps):
    for _ in range(steps):
        following = Categorical(logits=model(tokens)[:, -1, :]).sample()
        tokens = torch.hstack([tokens, following[:, None]])
    return tokens


def counting_targets(tokens, first, eos):
    width = tokens.shape[1]
    place = torch.arange(width, device=tokens.device).expand_as(tokens)
    stops = (tokens == eos) & (place >= first)
    last = place.masked_fill(~stops, width).min(dim=1, keepdim=True).values
    inside = (place >= first) & (place <= last)
    return inside[:, 1:]


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    rows = []
    while len(rows) < updates:
        model.eval()
        prompt = environment.prompts(batch)
        tokens = continue_texts(model, prompt, new_tokens)
        reward = environment.rewards(tokens)
        w = leave_one_out(reward)

        policy = Categorical(logits=model(tokens)[:, :-1])
        counts = counting_targets(tokens, prompt.shape[1], eos).to(w.dtype)
        taken = policy.log_prob(tokens[:, 1:])
        choice_entropy = policy.entropy()

        reinforce = -torch.einsum("b,bt,bt->", w.to(taken.dtype), taken, counts.to(taken.dtype)) / batch
        entropy = (choice_entropy * counts).sum() / counts.sum()
        total = reinforce - entropy_coef * entropy

        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        rows.append({"reward": reward.mean(), "loss": total,
                     "entropy": entropy, "length": counts.sum(1).mean()})
    return rows
