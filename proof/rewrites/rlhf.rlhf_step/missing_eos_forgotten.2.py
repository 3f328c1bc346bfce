"""closures and masked_fill"""
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
        rm = reward_model(tokens)
        sampled, pi_ref = log_probs_of(policy, tokens), log_probs_of(reference, tokens)
        baseline = value_model(tokens)[:, :-1]
        stopped = torch.eq(tokens[:, prompt_length:], eos).sum(dim=1) > 0
        s = rm.clip(-score_clip, score_clip)
        rewards = token_rewards(s, sampled, pi_ref, kept, kl_coef)
        advantages = token_advantages(rewards, baseline, kept, gamma, lam)
        returns = advantages + baseline
        advantages = masked_whiten(advantages, kept)
        report = {
            "score": float(rm.mean()),
            "kl": float((sampled - pi_ref).masked_fill(~kept, 0.0).sum() / len(tokens)),
            "ended": float(stopped.float().mean()),
        }
        return sampled, advantages, returns, report

    def learn(rows):
        keep = kept[rows]
        log_ratio = (log_probs_of(policy, tokens[rows]) - sampled[rows]).masked_fill(~keep, 0.0)
        rho = torch.exp(log_ratio)
        gain = torch.min(rho * advantages[rows], torch.clamp(rho, 1 - clip, 1 + clip) * advantages[rows])
        squares = (value_model(tokens[rows])[:, :-1] - returns[rows]).pow(2)
        value_loss = 0.5 * mean_over(squares, keep)
        loss = value_loss - mean_over(gain, keep)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        moved = rho.detach() - 1
        return {
            "value_loss": float(value_loss),
            "kl": float(mean_over(moved - log_ratio.detach(), keep)),
            "clipped": float(mean_over((moved.abs() > clip).float(), keep)),
        }

    sampled, advantages, returns, report = collect()
    trace = [learn(rows) for rows in minibatches]
    report["value_loss"] = trace[0]["value_loss"]
    report["first_clip_fraction"] = trace[0]["clipped"]
    report["step_kl"] = trace[-1]["kl"]
    report["clip_fraction"] = trace[-1]["clipped"]
    return report
