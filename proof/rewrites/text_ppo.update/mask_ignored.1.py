"""flat tensors, given functions"""
import torch
from curriculum.ppo import approx_kl, clipped_surrogate
from curriculum.text_rl import sequence_log_probs


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    records = []
    for rows in minibatches:
        tokens = batch["tokens"][rows]
        old, adv, ret = (batch[name][rows].flatten() for name in ("log_probs", "advantages", "returns"))
        logits, values = model(tokens)
        new = sequence_log_probs(logits, tokens).flatten()
        policy_loss = clipped_surrogate(new, old, adv, clip)
        value_loss = (values[:, :-1].flatten() - ret).pow(2).mean() / 2
        optimizer.zero_grad()
        (policy_loss + value_coef * value_loss).backward()
        optimizer.step()
        new = new.detach()
        records.append({
            "policy_loss": policy_loss.item(),
            "value_loss": value_loss.item(),
            "kl": approx_kl(new, old)[2].mean().item(),
            "clip_fraction": (((new - old).exp() - 1).abs() > clip).float().mean().item(),
        })
    return records
