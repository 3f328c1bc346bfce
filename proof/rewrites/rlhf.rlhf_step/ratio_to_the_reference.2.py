"""log_softmax and gather, kept tokens in a row"""
import math
import torch
from curriculum.rlhf_parts import masked_whiten
from curriculum.text_advantages import token_advantages
from curriculum.text_rl import completion_mask


def gather_log_probs(logits, tokens):
    return torch.log_softmax(logits[:, :-1], dim=-1).gather(2, tokens[:, 1:, None]).squeeze(2)


def rlhf_step(
    policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer, minibatches, kl_coef,
    score_clip=math.inf, missing_eos_score=None, gamma=1.0, lam=0.95, clip=0.2,
):
    """Learn from texts that the policy has just written; the optimizer has the weights of policy and value model.

    Return score, kl, ended, value_loss, first_clip_fraction, step_kl and clip_fraction, as floats in a dict.
    """
    mask = completion_mask(tokens, prompt_length, eos)
    with torch.no_grad():
        score = reward_model(tokens)
        old = gather_log_probs(policy(tokens), tokens)
        ref = gather_log_probs(reference(tokens), tokens)
        old_values = value_model(tokens)[:, :-1]
        ended_rows = (mask & (tokens[:, 1:] == eos)).any(dim=1)

        used = score.clamp(min=-score_clip, max=score_clip)
        if missing_eos_score is not None:
            used = used.masked_fill(~ended_rows, missing_eos_score)
        gap = (old - ref).masked_fill(~mask, 0.0)
        at_end = mask & (mask.cumsum(dim=1) == mask.sum(dim=1, keepdim=True))
        rewards = torch.where(at_end, used[:, None] - kl_coef * gap, -kl_coef * gap)
        adv = token_advantages(rewards, old_values, mask, gamma, lam)
        targets = adv + old_values
        weights = masked_whiten(adv, mask)

    stats = []
    for rows in minibatches:
        text, keep = tokens[rows], mask[rows]
        log_ratio = gather_log_probs(policy(text), text)[keep] - ref[rows][keep]
        ratio = log_ratio.exp()
        a = weights[rows][keep]
        surrogate = torch.minimum(ratio * a, ratio.clamp(1 - clip, 1 + clip) * a)
        error = value_model(text)[:, :-1][keep] - targets[rows][keep]
        value_loss = 0.5 * error.square().mean()
        optimizer.zero_grad()
        (value_loss - surrogate.mean()).backward()
        optimizer.step()
        with torch.no_grad():
            step_kl = (ratio - 1 - log_ratio).mean().item()
            outside = ((ratio - 1).abs() > clip).float().mean().item()
        stats.append((value_loss.item(), step_kl, outside))

    return dict(
        score=score.mean().item(),
        kl=gap.sum(dim=1).mean().item(),
        ended=ended_rows.float().mean().item(),
        value_loss=stats[0][0],
        first_clip_fraction=stats[0][2],
        step_kl=stats[-1][1],
        clip_fraction=stats[-1][2],
    )
