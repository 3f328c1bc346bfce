"""one batch dict handed to update"""
import math
import torch
from curriculum.rlhf_parts import masked_whiten
from curriculum.text_advantages import token_advantages, token_rewards
from curriculum.text_ppo import update
from curriculum.text_rl import completion_mask, sequence_log_probs
from curriculum.value_model import PolicyAndValues


def rlhf_step(
    policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer, minibatches, kl_coef,
    score_clip=math.inf, missing_eos_score=None, gamma=1.0, lam=0.95, clip=0.2,
):
    """Learn from texts that the policy has just written; the optimizer has the weights of policy and value model.

    Return score, kl, ended, value_loss, first_clip_fraction, step_kl and clip_fraction, as floats in a dict.
    """
    mask = completion_mask(tokens, prompt_length, eos) & (tokens[:, 1:] != eos)
    with torch.no_grad():
        scores = reward_model(tokens)
        log_probs = sequence_log_probs(policy(tokens), tokens)
        ref_log_probs = sequence_log_probs(reference(tokens), tokens)
        values = value_model(tokens)[:, :-1]
    ended = (tokens[:, prompt_length:] == eos).any(dim=1)

    final_scores = scores.clamp(-score_clip, score_clip)
    if missing_eos_score is not None:
        final_scores = torch.where(ended, final_scores, torch.full_like(final_scores, missing_eos_score))
    rewards = token_rewards(final_scores, log_probs, ref_log_probs, mask, kl_coef).detach()
    advantages = token_advantages(rewards, values, mask, gamma, lam)
    returns = advantages + values
    white = masked_whiten(advantages, mask)
    kl = torch.where(mask, log_probs - ref_log_probs, torch.zeros_like(log_probs)).sum(dim=1)

    data = {"tokens": tokens, "mask": mask, "log_probs": log_probs, "advantages": white, "returns": returns}
    steps = update(PolicyAndValues(policy, value_model), optimizer, data, minibatches, clip, 1.0)
    first, last = steps[0], steps[-1]
    return {
        "score": scores.mean().item(),
        "kl": kl.mean().item(),
        "ended": ended.float().mean().item(),
        "value_loss": first["value_loss"],
        "first_clip_fraction": first["clip_fraction"],
        "step_kl": last["kl"],
        "clip_fraction": last["clip_fraction"],
    }
