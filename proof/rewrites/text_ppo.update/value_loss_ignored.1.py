"""text by text, lists joined with torch.cat"""
import torch


def _text(model_logits, model_values, batch, j, row):
    kept = batch["mask"][row]
    target = batch["tokens"][row, 1:][kept]
    scores = model_logits[j, :-1][kept]
    lp = scores[torch.arange(len(target)), target] - torch.logsumexp(scores, dim=-1)
    v = model_values[j, :-1][kept]
    return lp, v, batch["log_probs"][row][kept], batch["advantages"][row][kept], batch["returns"][row][kept]


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    out = []
    for rows in minibatches:
        optimizer.zero_grad()
        logits, values = model(batch["tokens"][rows])
        texts = [_text(logits, values, batch, j, row) for j, row in enumerate(rows.tolist())]
        lp, v, old, adv, ret = (torch.cat(parts) for parts in zip(*texts))
        log_ratio = lp - old
        ratio = log_ratio.exp()
        plain = ratio * adv
        clipped = ratio.clip(1 - clip, 1 + clip) * adv
        objective = torch.where(plain < clipped, plain, clipped).mean()
        fit = (v - ret).pow(2).mean() * 0.5
        total = -objective
        total.backward()
        out.append({
            "policy_loss": -objective.item(),
            "value_loss": fit.item(),
            "kl": (torch.expm1(log_ratio) - log_ratio).mean().item(),
            "clip_fraction": ((ratio - 1).abs() > clip).double().mean().item(),
        })
        optimizer.step()
    return out
