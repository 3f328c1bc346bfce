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
        old_lp, anchor = log_probs_of(policy, tokens), log_probs_of(reference, tokens)
        critic = judged.unsqueeze(1).expand(kept.shape)
        stopped = torch.eq(tokens[:, prompt_length:], eos).sum(dim=1) > 0
        adjusted = judged.clip(-score_clip, score_clip)
        if missing_eos_score is not None:
            adjusted = stopped * adjusted + torch.logical_not(stopped) * missing_eos_score
        rewards = token_rewards(adjusted, old_lp, anchor, kept, kl_coef)
        advantages = token_advantages(rewards, critic, kept, gamma, lam)
        returns = advantages + critic
        advantages = masked_whiten(advantages, kept)
        report = {
            "score": float(judged.mean()),
            "kl": float((old_lp - anchor).masked_fill(~kept, 0.0).sum() / len(tokens)),
            "ended": float(stopped.float().mean()),
        }
        return old_lp, advantages, returns, report

    def learn(rows):
        keep = kept[rows]
        dlp = (log_probs_of(policy, tokens[rows]) - old_lp[rows]).masked_fill(~keep, 0.0)
        importance = torch.exp(dlp)
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
            "kl": float(mean_over(moved - dlp.detach(), keep)),
            "clipped": float(mean_over((moved.abs() > clip).float(), keep)),
        }

    old_lp, advantages, returns, report = collect()
    told = [learn(rows) for rows in minibatches]
    report["value_loss"] = told[0]["value_loss"]
    report["first_clip_fraction"] = told[0]["clipped"]
    report["step_kl"] = told[-1]["kl"]
    report["clip_fraction"] = told[-1]["clipped"]
    return report
