"""Everything written out: a state dict for the copy, loops over the kept tokens for the rest."""
import copy

import torch


def frozen_copy(model):
    twin = copy.deepcopy(model)
    twin.load_state_dict({name: value.clone() for name, value in model.state_dict().items()})
    twin.train(False)
    for parameter in twin.parameters():
        parameter.requires_grad = False
    return twin


def experience(model, reference, tokens, mask, scores, kl_coef, gamma=1.0, lam=0.95):
    with torch.no_grad():
        logits, values = model(tokens)
        ref_logits, _ = reference(tokens)
    log_probs = torch.zeros(mask.shape)
    advantages, returns = torch.zeros(mask.shape), torch.zeros(mask.shape)
    kl = torch.zeros(len(tokens))
    for b in range(len(tokens)):
        columns = [t for t in range(mask.shape[1]) if mask[b, t]]
        rewards = []
        for t in columns:
            token = tokens[b, t + 1]
            new = logits[b, t, token] - torch.logsumexp(logits[b, t], 0)
            old = ref_logits[b, t, token] - torch.logsumexp(ref_logits[b, t], 0)
            log_probs[b, t] = new
            kl[b] += new - old
            rewards.append(-kl_coef * (new - old))
        rewards[-1] = rewards[-1] + scores[b]
        ahead, value_ahead = 0.0, 0.0
        for t, r in zip(columns[::-1], rewards[::-1]):
            ahead = r + gamma * value_ahead - values[b, t] + gamma * lam * ahead
            value_ahead = values[b, t]
            advantages[b, t] = ahead
            returns[b, t] = ahead + values[b, t]
    kept = advantages[mask]
    white = torch.zeros(mask.shape)
    white[mask] = (kept - kept.mean()) / (kept.std(unbiased=False) + 1e-8)
    return dict(tokens=tokens, mask=mask, log_probs=log_probs, advantages=white, returns=returns, kl=kl)
