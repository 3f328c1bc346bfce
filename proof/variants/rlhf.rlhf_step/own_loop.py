"""The steps written out, with the surrogate by cases of torch.where and each loss's gradient by autograd.grad."""
from math import inf

import torch

from curriculum.rlhf_parts import masked_whiten
from curriculum.rlhf_rewards import kl_penalized_rewards
from curriculum.text_advantages import token_advantages
from curriculum.text_rl import completion_mask, sequence_log_probs


def rlhf_step(policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer, minibatches, kl_coef,
              score_clip=inf, missing_eos_score=None, gamma=1.0, lam=0.95, clip=0.2):
    mask = completion_mask(tokens, prompt_length, eos)
    ended = torch.tensor([bool((row[1:][kept] == eos).any()) for row, kept in zip(tokens, mask)])
    with torch.no_grad():
        old = sequence_log_probs(policy(tokens), tokens)
        ref = sequence_log_probs(reference(tokens), tokens)
        values, scores = value_model(tokens)[:, :-1], reward_model(tokens)
    rewards = kl_penalized_rewards(scores, old, ref, mask, ended, kl_coef, score_clip, missing_eos_score)
    advantages = token_advantages(rewards, values, mask, gamma, lam)
    returns, white = advantages + values, masked_whiten(advantages, mask)

    seen = []
    weights = [list(policy.parameters()), list(value_model.parameters())]
    for rows in minibatches:
        at = mask[rows]
        log_ratio = sequence_log_probs(policy(tokens[rows]), tokens[rows])[at] - old[rows][at]
        ratio, a = log_ratio.exp(), white[rows][at]
        stopped = torch.where(a > 0, ratio > 1 + clip, ratio < 1 - clip)
        # Where it is stopped the loss is a constant, which has no gradient.
        policy_loss = -(torch.where(stopped, ratio.detach(), ratio) * a).mean()
        value_loss = torch.nn.functional.mse_loss(value_model(tokens[rows])[:, :-1][at], returns[rows][at]) / 2
        seen.append((value_loss.item(), (log_ratio.expm1() - log_ratio).mean().item(),
                     ((ratio - 1).abs() > clip).double().mean().item()))
        optimizer.zero_grad()
        for loss, learned in zip((policy_loss, value_loss), weights):
            for parameter, gradient in zip(learned, torch.autograd.grad(loss, learned)):
                parameter.grad = gradient
        optimizer.step()
    return {"score": float(scores.mean()), "kl": sum(float((x - y)[m].sum()) for x, y, m in zip(old, ref, mask)) / len(mask),
            "ended": sum(ended.tolist()) / len(ended), "value_loss": seen[0][0], "first_clip_fraction": seen[0][2],
            "step_kl": seen[-1][1], "clip_fraction": seen[-1][2]}
