"""boolean indexing first, given functions"""
import torch
from curriculum.ppo import approx_kl, clipped_surrogate
from curriculum.text_rl import sequence_log_probs


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    records = []
    for rows in minibatches:
        tokens, mask = batch["tokens"][rows], batch["mask"][rows]
        old = batch["log_probs"][rows][mask]
        advantages = batch["advantages"][rows][mask]
        returns = batch["returns"][rows][mask]
        logits, values = model(tokens)
        new = sequence_log_probs(logits, tokens)[mask]
        values = values[:, :-1][mask]
        policy_loss = clipped_surrogate(new, old, advantages, clip)
        value_loss = 0.5 * (values - returns).square().mean()
        optimizer.zero_grad()
        (policy_loss + value_coef * value_loss).backward()
        optimizer.step()
        with torch.no_grad():
            kl = approx_kl(new, old)[2].mean()
            ratio = (new - old).exp()
            outside = torch.where(advantages > 0, ratio > 1 + clip, (advantages < 0) & (ratio < 1 - clip))
        records.append({
            "policy_loss": policy_loss.item(),
            "value_loss": value_loss.item(),
            "kl": kl.item(),
            "clip_fraction": outside.float().mean().item(),
        })
    return records
