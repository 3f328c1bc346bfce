"""cross_entropy for log-probs, masked means"""
import math
import torch
from torch.nn import functional as F
from curriculum.rlhf_parts import masked_whiten
from curriculum.text_advantages import token_advantages, token_rewards
from curriculum.text_rl import completion_mask


def log_probs_of(model, tokens):
    logits = model(tokens)[:, :-1]
    losses = F.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], reduction="none")
    return -losses


def mean_over(x, keep):
    return x.masked_fill(~keep, 0.0).sum() / keep.sum()


def rlhf_step(
    policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer, minibatches, kl_coef,
    score_clip=math.inf, missing_eos_score=None, gamma=1.0, lam=0.95, clip=0.2,
):
    """Learn from texts that the policy has just written; the optimizer has the weights of policy and value model.

    Return score, kl, ended, value_loss, first_clip_fraction, step_kl and clip_fraction, as floats in a dict.
    """
    kept = completion_mask(tokens, prompt_length, eos)

    @torch.no_grad()
    def collect():
        judged = reward_model(tokens)
        old_lp, ref = log_probs_of(policy, tokens), log_probs_of(reference, tokens)
        critic = value_model(tokens)[:, :-1]
        stopped = torch.eq(tokens[:, prompt_length:], eos).sum(dim=1) > 0
        divergence = (old_lp - ref).masked_fill(~kept, 0.0).sum(dim=1)
        shaped = judged.clip(-score_clip, score_clip)
        if missing_eos_score is not None:
            shaped = stopped * shaped + torch.logical_not(stopped) * missing_eos_score
        rewards = token_rewards(shaped - kl_coef * divergence, old_lp, ref, kept, kl_coef)
        advantages = token_advantages(rewards, critic, kept, gamma, lam)
        returns = advantages + critic
        advantages = masked_whiten(advantages, kept)
        report = {
            "score": float(judged.mean()),
            "kl": float(divergence.mean()),
            "ended": float(stopped.float().mean()),
        }
        return old_lp, advantages, returns, report

    def learn(rows):
        keep = kept[rows]
        log_rho = (log_probs_of(policy, tokens[rows]) - old_lp[rows]).masked_fill(~keep, 0.0)
        importance = torch.exp(log_rho)
        gain = torch.min(importance * advantages[rows], torch.clamp(importance, 1 - clip, 1 + clip) * advantages[rows])
        squares = (value_model(tokens[rows])[:, :-1] - returns[rows]).pow(2)
        value_loss = 0.5 * mean_over(squares, keep)
        loss = value_loss - mean_over(gain, keep)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        moved = importance.detach() - 1
        return {
            "value_loss": float(value_loss),
            "kl": float(mean_over(moved - log_rho.detach(), keep)),
            "clipped": float(mean_over((moved.abs() > clip).float(), keep)),
        }

    old_lp, advantages, returns, report = collect()
    outcomes = [learn(rows) for rows in minibatches]
    report["value_loss"] = outcomes[0]["value_loss"]
    report["first_clip_fraction"] = outcomes[0]["clipped"]
    report["step_kl"] = outcomes[-1]["kl"]
    report["clip_fraction"] = outcomes[-1]["clipped"]
    return report
