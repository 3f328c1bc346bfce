"""a float mask and weighted means"""
import torch
from curriculum.text_rl import sequence_log_probs


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    stats = []
    for rows in minibatches:
        tokens = batch["tokens"][rows]
        weight = batch["mask"][rows].float()

        def mean(x):
            return (x * weight).sum() / weight.sum()

        logits, values = model(tokens)
        log_ratio = sequence_log_probs(logits, tokens) - batch["log_probs"][rows]
        ratio = log_ratio.exp()
        adv = batch["advantages"][rows]
        policy_loss = -mean(torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv))
        value_loss = 0.5 * mean((values[:, :-1] - batch["returns"][rows]) ** 2)
        optimizer.zero_grad()
        (policy_loss + value_coef * value_loss).backward()
        optimizer.step()
        stats.append({
            "policy_loss": policy_loss.item(),
            "value_loss": value_loss.item(),
            "kl": mean(ratio - 1 - log_ratio).item(),
            "clip_fraction": mean(((ratio - 1).abs() > clip).float()).item(),
        })
    return stats
