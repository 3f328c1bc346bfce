"""cross_entropy for log-probs, masked means"""
import math
import torch
from torch.nn import functional as F
from curriculum.rlhf_parts import masked_whiten
from curriculum.text_advantages import token_advantages, token_rewards


def log_probs_of(model, tokens):
    logits = model(tokens)[:, :-1]
    losses = F.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], reduction="none")
    return -losses


def mean_over(x, keep):
    return x.masked_fill(~keep, 0.0).sum() / keep.sum().clamp(min=1)


def rlhf_step(
    policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer, minibatches, kl_coef,
    score_clip=math.inf, missing_eos_score=None, gamma=1.0, lam=0.95, clip=0.2,
):
    """Learn from texts that the policy has just written; the optimizer has the weights of policy and value model.

    Return score, kl, ended, value_loss, first_clip_fraction, step_kl and clip_fraction, as floats in a dict.
    """
    stop = torch.eq(tokens[:, 1:], eos)
    stop[:, : prompt_length - 1] = False
    kept = stop.cumsum(dim=1) == 0
    kept[:, : prompt_length - 1] = False

    @torch.no_grad()
    def collect():
        judged = reward_model(tokens)
        old_lp, pi_ref = log_probs_of(policy, tokens), log_probs_of(reference, tokens)
        v_old = value_model(tokens)[:, :-1]
        stopped = torch.eq(tokens[:, prompt_length:], eos).sum(dim=1) > 0
        outcome = judged.clip(-score_clip, score_clip)
        if missing_eos_score is not None:
            outcome = stopped * outcome + torch.logical_not(stopped) * missing_eos_score
        rewards = token_rewards(outcome, old_lp, pi_ref, kept, kl_coef)
        advantages = token_advantages(rewards, v_old, kept, gamma, lam)
        returns = advantages + v_old
        advantages = masked_whiten(advantages, kept)
        report = {
            "score": float(judged.mean()),
            "kl": float((old_lp - pi_ref).masked_fill(~kept, 0.0).sum() / len(tokens)),
            "ended": float(stopped.float().mean()),
        }
        return old_lp, advantages, returns, report

    def learn(rows):
        keep = kept[rows]
        log_importance = (log_probs_of(policy, tokens[rows]) - old_lp[rows]).masked_fill(~keep, 0.0)
        ratio = torch.exp(log_importance)
        gain = torch.min(ratio * advantages[rows], torch.clamp(ratio, 1 - clip, 1 + clip) * advantages[rows])
        squares = (value_model(tokens[rows])[:, :-1] - returns[rows]).pow(2)
        value_loss = 0.5 * mean_over(squares, keep)
        loss = value_loss - mean_over(gain, keep)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        moved = ratio.detach() - 1
        return {
            "value_loss": float(value_loss),
            "kl": float(mean_over(moved - log_importance.detach(), keep)),
            "clipped": float(mean_over((moved.abs() > clip).float(), keep)),
        }

    old_lp, advantages, returns, report = collect()
    trace = [learn(rows) for rows in minibatches]
    report["value_loss"] = trace[0]["value_loss"]
    report["first_clip_fraction"] = trace[0]["clipped"]
    report["step_kl"] = trace[-1]["kl"]
    report["clip_fraction"] = trace[-1]["clipped"]
    return report
