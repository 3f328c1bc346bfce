"""losses text by text, averaged with torch.stack"""
import torch
from curriculum.ppo import approx_kl, clipped_surrogate
from curriculum.text_rl import sequence_log_probs


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    records = []
    for rows in minibatches:
        tokens = batch["tokens"][rows]
        logits, values = model(tokens)
        log_probs = sequence_log_probs(logits, tokens)
        policy, value, seen, was = [], [], [], []
        for j, row in enumerate(rows.tolist()):
            on = batch["mask"][row]
            new, old = log_probs[j][on], batch["log_probs"][row][on]
            policy.append(clipped_surrogate(new, old, batch["advantages"][row][on], clip))
            value.append((values[j, :-1][on] - batch["returns"][row][on]).square().mean() / 2)
            seen.append(new.detach())
            was.append(old)
        policy_loss, value_loss = torch.stack(policy).mean(), torch.stack(value).mean()
        optimizer.zero_grad()
        (policy_loss + value_coef * value_loss).backward()
        optimizer.step()
        new, old = torch.cat(seen), torch.cat(was)
        records.append({
            "policy_loss": policy_loss.item(),
            "value_loss": value_loss.item(),
            "kl": approx_kl(new, old)[2].mean().item(),
            "clip_fraction": (((new - old).exp() - 1).abs() > clip).float().mean().item(),
        })
    return records
