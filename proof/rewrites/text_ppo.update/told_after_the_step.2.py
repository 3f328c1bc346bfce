"""one helper for loss and numbers, called with the model"""
import torch
from curriculum.ppo import approx_kl, clipped_surrogate
from curriculum.text_rl import sequence_log_probs


def _losses(model, batch, rows, clip):
    tokens, mask = batch["tokens"][rows], batch["mask"][rows]
    old, adv, ret = (batch[name][rows][mask] for name in ("log_probs", "advantages", "returns"))
    logits, values = model(tokens)
    new = sequence_log_probs(logits, tokens)[mask]
    off = (new - old).exp() - 1
    return {
        "policy_loss": clipped_surrogate(new, old, adv, clip),
        "value_loss": (values[:, :-1][mask] - ret).square().mean() / 2,
        "kl": approx_kl(new, old)[2].mean(),
        "clip_fraction": (off.abs() > clip).float().mean(),
    }


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    records = []
    for rows in minibatches:
        now = _losses(model, batch, rows, clip)
        loss = now["policy_loss"] + value_coef * now["value_loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            records.append({k: x.item() for k, x in _losses(model, batch, rows, clip).items()})
    return records
