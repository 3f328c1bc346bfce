"""stacked pairs flattened into one batch, chunked"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def _one_batch(first, second):
    return torch.stack([first, second], dim=1).flatten(0, 1)


def pair_log_probs(model, pairs):
    tokens = _one_batch(pairs["chosen"], pairs["rejected"])
    keep = _one_batch(pairs["chosen_mask"], pairs["rejected_mask"])
    sums = sequence_log_probs(model(tokens), tokens).masked_fill(~keep, 0.0).sum(dim=1)
    chosen, rejected = torch.chunk(sums, 2)
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    now_chosen, now_rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        was_chosen, was_rejected = pair_log_probs(reference, pairs)
    up = beta * (now_chosen - was_chosen)
    down = beta * (now_rejected - was_rejected)
    loss = F.logsigmoid(up - down).mean().neg()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        return {
            "loss": loss.item(),
            "chosen_log_prob": now_chosen.mean().item(),
            "rejected_log_prob": now_rejected.mean().item(),
            "chosen_reward": up.mean().item(),
            "rejected_reward": down.mean().item(),
            "margin": (up - down).mean().item(),
            "accuracy": torch.heaviside(up - down, torch.tensor(0.5)).mean().item(),
        }
