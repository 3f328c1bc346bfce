"""nested helpers, report dict"""
import math
import torch
from torch.nn import functional as F
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
        r = reward_model(tokens)
        pi_old, ref_lp = log_probs_of(policy, tokens), log_probs_of(reference, tokens)
        critic = value_model(tokens)[:, :-1]
        stopped = torch.eq(tokens[:, prompt_length:], eos).sum(dim=1) > 0
        s = r.clip(-score_clip, score_clip)
        if missing_eos_score is not None:
            s = stopped * s + torch.logical_not(stopped) * missing_eos_score
        rewards = token_rewards(s, pi_old, ref_lp, kept, kl_coef)
        advantages = token_advantages(rewards, critic, kept, gamma, lam)
        returns = advantages + critic
        report = {
            "score": float(r.mean()),
            "kl": float((pi_old - ref_lp).masked_fill(~kept, 0.0).sum() / len(tokens)),
            "ended": float(stopped.float().mean()),
        }
        return pi_old, advantages, returns, report

    def learn(rows):
        keep = kept[rows]
        log_ratio = (log_probs_of(policy, tokens[rows]) - pi_old[rows]).masked_fill(~keep, 0.0)
        importance = torch.exp(log_ratio)
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
            "kl": float(mean_over(moved - log_ratio.detach(), keep)),
            "clipped": float(mean_over((moved.abs() > clip).float(), keep)),
        }

    pi_old, advantages, returns, report = collect()
    logs = [learn(rows) for rows in minibatches]
    report["value_loss"] = logs[0]["value_loss"]
    report["first_clip_fraction"] = logs[0]["clipped"]
    report["step_kl"] = logs[-1]["kl"]
    report["clip_fraction"] = logs[-1]["clipped"]
    return report
