"""helper for the log-ratios, rewards for loss and numbers alike"""
import torch
from torch import nn
from curriculum.text_rl import sequence_log_probs


def _completions(model, tokens, mask):
    values = sequence_log_probs(model(tokens), tokens)
    return torch.stack([row[keep].sum() for row, keep in zip(values, mask)])


def pair_log_probs(model, pairs):
    return (
        _completions(model, pairs["chosen"], pairs["chosen_mask"]),
        _completions(model, pairs["rejected"], pairs["rejected_mask"]),
    )


def log_ratios(first, second):
    return [a - b for a, b in zip(first, second)]


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        from_reference = pair_log_probs(reference, pairs)
    from_policy = pair_log_probs(policy, pairs)
    better, worse = [beta * ratio for ratio in log_ratios(from_reference, from_policy)]
    loss = nn.LogSigmoid()(better - worse).mean().neg()

    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    with torch.no_grad():
        margins = better - worse
        means = {
            "loss": loss,
            "chosen_log_prob": from_policy[0].mean(),
            "rejected_log_prob": from_policy[1].mean(),
            "chosen_reward": better.mean(),
            "rejected_reward": worse.mean(),
            "margin": margins.mean(),
            "accuracy": torch.heaviside(margins, torch.tensor(0.5)).mean(),
        }
    return {key: value.item() for key, value in means.items()}
