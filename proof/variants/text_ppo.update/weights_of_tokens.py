"""Full tables in which what is not kept is replaced before anything is computed, and weights 1/n in place of means."""
import torch


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    records = []
    for rows in minibatches:
        take = lambda name: batch[name].index_select(0, rows)
        tokens, mask = take("tokens"), take("mask")
        old, a, target = (take(name).masked_fill(~mask, 0.0) for name in ("log_probs", "advantages", "returns"))
        share = mask.float() / mask.sum()
        logits, values = model(tokens)
        chosen = logits[:, :-1].gather(2, tokens[:, 1:, None])[..., 0].masked_fill(~mask, 0.0)
        log_p = chosen - logits[:, :-1].logsumexp(-1)
        log_ratio = torch.where(mask, log_p - old, 0.0)
        ratio = torch.exp(log_ratio)
        loss_of_token = torch.maximum(-a * ratio, -a * torch.clamp(ratio, 1.0 - clip, 1.0 + clip))
        policy_loss = torch.einsum("bt,bt->", loss_of_token, share)
        value_loss = torch.einsum("bt,bt,bt->", values[:, :-1] - target, values[:, :-1] - target, share) / 2
        optimizer.zero_grad(set_to_none=True)
        torch.add(policy_loss, value_loss, alpha=value_coef).backward()
        with torch.no_grad():
            kl = ((torch.expm1(log_ratio) - log_ratio) * share).sum()
            outside = (torch.abs(ratio - 1) > clip)[mask].double().mean()
        optimizer.step()
        records.append({"policy_loss": float(policy_loss), "value_loss": float(value_loss), "kl": float(kl),
                        "clip_fraction": float(outside)})
    return records
