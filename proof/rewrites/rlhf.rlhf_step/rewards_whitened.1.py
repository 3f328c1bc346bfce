"""two backward passes, helpers for each text"""
import math
from dataclasses import dataclass
import torch
from torch import Tensor
from curriculum.ppo import clipped_surrogate
from curriculum.rlhf_parts import masked_whiten
from curriculum.text_advantages import token_rewards
from curriculum.text_rl import completion_mask, sequence_log_probs


@dataclass
class Experience:
    mask: Tensor
    log_probs: Tensor
    advantages: Tensor
    returns: Tensor


def estimate_advantages(rewards, values, mask, gamma, lam):
    """Generalised advantage estimates, from the back to the front."""
    result = torch.zeros_like(rewards)
    next_value = torch.zeros_like(rewards[:, 0])
    running = torch.zeros_like(rewards[:, 0])
    for t in range(rewards.shape[1] - 1, -1, -1):
        delta = rewards[:, t] + gamma * next_value - values[:, t]
        running = torch.where(mask[:, t], delta + gamma * lam * running, torch.zeros_like(delta))
        next_value = torch.where(mask[:, t], values[:, t], torch.zeros_like(delta))
        result[:, t] = running
    return result


def has_ended(row, prompt_length, eos):
    return eos in row[prompt_length:].tolist()


def score_to_learn_from(score, ended, score_clip, missing_eos_score):
    if missing_eos_score is not None and not ended:
        return missing_eos_score
    return max(-score_clip, min(score_clip, score))


def rlhf_step(
    policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer, minibatches, kl_coef,
    score_clip=math.inf, missing_eos_score=None, gamma=1.0, lam=0.95, clip=0.2,
):
    """Learn from texts that the policy has just written; the optimizer has the weights of policy and value model.

    Return score, kl, ended, value_loss, first_clip_fraction, step_kl and clip_fraction, as floats in a dict.
    """
    with torch.no_grad():
        scores = reward_model(tokens)
        mask = completion_mask(tokens, prompt_length, eos)
        log_probs = sequence_log_probs(policy(tokens), tokens)
        ref_log_probs = sequence_log_probs(reference(tokens), tokens)
        values = value_model(tokens)[:, :-1]

    ended = [has_ended(row, prompt_length, eos) for row in tokens]
    adjusted = [score_to_learn_from(s, e, score_clip, missing_eos_score) for s, e in zip(scores.tolist(), ended)]
    adjusted = torch.tensor(adjusted, dtype=scores.dtype)
    rewards = masked_whiten(token_rewards(adjusted, log_probs, ref_log_probs, mask, kl_coef), mask)
    advantages = estimate_advantages(rewards, values, mask, gamma, lam)
    data = Experience(mask, log_probs, masked_whiten(advantages, mask), advantages + values)

    value_losses, drifts, fractions = [], [], []
    for idx in minibatches:
        part = tokens[idx]
        keep = data.mask[idx]
        new = sequence_log_probs(policy(part), part)[keep]
        old_log_probs = data.log_probs[idx][keep]
        policy_loss = clipped_surrogate(new, old_log_probs, data.advantages[idx][keep], clip)
        predicted = value_model(part)[:, :-1][keep]
        value_loss = ((predicted - data.returns[idx][keep]) ** 2).mean() / 2

        change = (new - old_log_probs).detach()
        value_losses.append(value_loss.item())
        drifts.append((torch.expm1(change) - change).mean().item())
        fractions.append((torch.expm1(change).abs() > clip).double().mean().item())

        optimizer.zero_grad()
        policy_loss.backward()
        value_loss.backward()
        optimizer.step()

    kl_of_texts = [(p[m] - q[m]).sum().item() for p, q, m in zip(log_probs, ref_log_probs, mask)]
    return {
        "score": scores.mean().item(),
        "kl": sum(kl_of_texts) / len(kl_of_texts),
        "ended": sum(ended) / len(ended),
        "value_loss": value_losses[0],
        "first_clip_fraction": fractions[0],
        "step_kl": drifts[-1],
        "clip_fraction": fractions[-1],
    }
