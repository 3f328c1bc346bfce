"""Nothing of the course is used: log-softmax, rewards, advantages and both losses over full tables with weights."""
import math

import torch


def log_probs_of(model, tokens):
    logits = model(tokens)[:, :-1]
    return logits.gather(2, tokens[:, 1:].unsqueeze(2)).squeeze(2) - torch.logsumexp(logits, dim=2)


def rlhf_step(policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer, minibatches, kl_coef,
              score_clip=math.inf, missing_eos_score=None, gamma=1.0, lam=0.95, clip=0.2):
    batch, time = tokens.shape[0], tokens.shape[1] - 1
    mask = torch.zeros(batch, time, dtype=torch.bool)
    ended = torch.zeros(batch, dtype=torch.bool)
    for i in range(batch):
        for t in range(prompt_length - 1, time):
            mask[i, t] = True
            if tokens[i, t + 1] == eos:
                ended[i] = True
                break
    with torch.no_grad():
        scores = reward_model(tokens)
        old = log_probs_of(policy, tokens).masked_fill(~mask, 0.0)
        ref = log_probs_of(reference, tokens).masked_fill(~mask, 0.0)
        values = value_model(tokens)[:, :-1].masked_fill(~mask, 0.0)
        earned = scores.clamp(-score_clip, score_clip)
        if missing_eos_score is not None:
            earned = torch.where(ended, earned, torch.tensor(missing_eos_score))
        rewards = kl_coef * (ref - old)
        lengths = mask.sum(dim=1)
        rewards[torch.arange(batch), prompt_length - 2 + lengths] += earned
        advantages = torch.zeros(batch, time + 1)
        following = torch.cat([values[:, 1:], torch.zeros(batch, 1)], dim=1)
        for t in range(time - 1, -1, -1):
            delta = rewards[:, t] + gamma * following[:, t] - values[:, t]
            advantages[:, t] = (delta + gamma * lam * advantages[:, t + 1]) * mask[:, t]
        advantages = advantages[:, :-1]
        returns = advantages + values
        kept = advantages[mask]
        white = (advantages - kept.mean()) / (kept.var(correction=0).sqrt() + 1e-8)

    told = []
    for rows in minibatches:
        share = mask[rows] / mask[rows].sum()
        text = tokens.index_select(0, rows)
        log_ratio = log_probs_of(policy, text).masked_fill(~mask[rows], 0.0) - old[rows]
        ratio = torch.exp(log_ratio)
        held = torch.clamp(ratio, 1 - clip, 1 + clip)
        objective = torch.minimum(ratio * white[rows], held * white[rows])
        error = value_model(text)[:, :-1] - returns[rows]
        value_loss = (error * error * share).sum() / 2
        optimizer.zero_grad()
        (value_loss - (objective * share).sum()).backward()
        optimizer.step()
        with torch.no_grad():
            outside = ((ratio - 1).abs() > clip) * share
            told.append([value_loss.item(), ((ratio - 1 - log_ratio) * share).sum().item(), outside.sum().item()])
    return {
        "score": scores.mean().item(),
        "kl": ((old - ref).sum() / batch).item(),
        "ended": ended.sum().item() / batch,
        "value_loss": told[0][0],
        "first_clip_fraction": told[0][2],
        "step_kl": told[-1][1],
        "clip_fraction": told[-1][2],
    }
