"""log_softmax and gather, all written out, loops over texts"""
import copy
import torch


def frozen_copy(model):
    clone = copy.deepcopy(model)
    for parameter in clone.parameters():
        parameter.requires_grad = False
    for part in clone.modules():
        part.training = False
    return clone


def _read(net, tokens):
    with torch.no_grad():
        logits, values = net(tokens)
    table = torch.log_softmax(logits[:, :-1], dim=-1)
    chosen = table.gather(2, tokens[:, 1:].unsqueeze(2)).squeeze(2)
    return chosen, values


def experience(model, reference, tokens, mask, scores, kl_coef, gamma=1.0, lam=0.95):
    logp, values = _read(model, tokens)
    ref_logp, _ = _read(reference, tokens)
    V = values[:, :-1]
    batch, time = mask.shape
    advantages = torch.zeros(batch, time)
    kl = torch.zeros(batch)
    for b in range(batch):
        cols = mask[b].nonzero().flatten()
        gaps = logp[b, cols] - ref_logp[b, cols]
        r = -kl_coef * gaps
        kl[b] = -r.sum()
        r[-1] += scores.detach()[b]
        v = V[b, cols]
        later_v, later_a = 0.0, 0.0
        for k in reversed(range(len(cols))):
            delta = r[k] + gamma * later_v - v[k]
            later_a = delta + gamma * lam * later_a
            later_v = v[k]
            advantages[b, cols[k]] = later_a
    returns = advantages + V
    kept = advantages[mask]
    white = torch.zeros_like(advantages)
    white[mask] = (kept - kept.mean()) / (kept.std(unbiased=False) + 1e-8)
    return dict(tokens=tokens, mask=mask, log_probs=logp, advantages=white, returns=returns, kl=kl)
