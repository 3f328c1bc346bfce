"""losses per token as a grid, picked by the mask"""
import torch
from curriculum.text_rl import sequence_log_probs


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    records = []
    for rows in minibatches:
        tokens, mask = batch["tokens"][rows], batch["mask"][rows]
        adv, ret, old = batch["advantages"][rows], batch["returns"][rows], batch["log_probs"][rows]
        logits, values = model(tokens)
        log_ratio = sequence_log_probs(logits, tokens) - old
        ratio = log_ratio.exp()
        surrogate = torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv)
        squares = (values[:, :-1] - ret).square()
        policy_loss = -surrogate[mask].mean()
        value_loss = squares[mask].mean() / 2
        optimizer.zero_grad()
        (policy_loss + value_coef * value_loss).backward()
        optimizer.step()
        records.append({
            "policy_loss": policy_loss.item(),
            "value_loss": value_loss.item(),
            "kl": (ratio - 1 - log_ratio)[mask].mean().item(),
            "clip_fraction": ((ratio - 1).abs() > clip)[mask].float().mean().item(),
        })
    return records
