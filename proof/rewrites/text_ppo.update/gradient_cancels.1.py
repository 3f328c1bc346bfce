"""all by hand, kept tokens as index pairs"""
import torch


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    history = []
    for idx in minibatches:
        toks = batch["tokens"].index_select(0, idx)
        where = batch["mask"].index_select(0, idx).nonzero(as_tuple=True)
        adv, ret = (batch[k].index_select(0, idx)[where] for k in ("advantages", "returns"))
        logits, v_all = model(toks)
        rows, cols = where
        actions = toks[rows, cols + 1]
        lp = torch.log_softmax(logits[rows, cols], dim=-1).gather(1, actions[:, None]).squeeze(1)
        v = v_all[rows, cols]
        old_lp = lp.clone()
        ratio = torch.exp(lp - old_lp)
        surr1 = ratio * adv
        surr2 = torch.clamp(ratio, 1 - clip, 1 + clip) * adv
        pg_loss = -torch.min(surr1, surr2).mean()
        v_loss = torch.nn.functional.mse_loss(v, ret) / 2
        loss = pg_loss + value_coef * v_loss
        kl = (ratio - 1 - (lp - old_lp)).mean()
        frac = ((ratio - 1).abs() > clip).float().mean()
        history.append(dict(policy_loss=float(pg_loss.detach()), value_loss=float(v_loss.detach()),
                            kl=float(kl.detach()), clip_fraction=float(frac)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return history
