"""torch.where to neutral numbers, sums over n"""
import torch
from curriculum.text_rl import sequence_log_probs


def _masked(x, mask):
    return torch.where(mask, x, torch.zeros_like(x))


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    log = []
    for pick in minibatches:
        mask = batch["mask"][pick]
        tokens = batch["tokens"][pick]
        n = mask.sum()
        A = _masked(batch["advantages"][pick], mask)
        R = _masked(batch["returns"][pick], mask)
        old = _masked(batch["log_probs"][pick], mask)

        logits, V = model(tokens)
        V = _masked(V[:, :-1], mask)
        now = _masked(sequence_log_probs(logits, tokens), mask)

        log_rho = now - old
        rho = log_rho.exp()
        gain = rho.clamp(1 - clip, 1 + clip) * A
        policy_loss = -gain.sum() / n
        value_loss = 0.5 * ((V - R) ** 2).sum() / n

        optimizer.zero_grad()
        loss = policy_loss + value_coef * value_loss
        loss.backward()
        entry = {"policy_loss": policy_loss.item(), "value_loss": value_loss.item()}
        entry["kl"] = ((rho - 1 - log_rho).sum() / n).item()
        entry["clip_fraction"] = (((rho - 1).abs() > clip).sum() / n).item()
        optimizer.step()
        log.append(entry)
    return log
