"""masked selection, a history of tuples"""
import math
import torch
from curriculum.text_advantages import token_advantages
from curriculum.text_rl import completion_mask


def picked(logits, tokens):
    return torch.log_softmax(logits[:, :-1], dim=-1).gather(2, tokens[:, 1:, None]).squeeze(2)


def rlhf_step(
    policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer, minibatches, kl_coef,
    score_clip=math.inf, missing_eos_score=None, gamma=1.0, lam=0.95, clip=0.2,
):
    """Learn from texts that the policy has just written; the optimizer has the weights of policy and value model.

    Return score, kl, ended, value_loss, first_clip_fraction, step_kl and clip_fraction, as floats in a dict.
    """
    written = completion_mask(tokens, prompt_length, eos)
    with torch.no_grad():
        score = reward_model(tokens)
        old = picked(policy(tokens), tokens)
        ref = picked(reference(tokens), tokens)
        old_values = value_model(tokens)[:, :-1]
        finished = (written & (tokens[:, 1:] == eos)).any(dim=1)

        final = score.clamp(min=-score_clip, max=score_clip)
        if missing_eos_score is not None:
            final = final.masked_fill(~finished, missing_eos_score)
        gap = (old - ref).masked_fill(~written, 0.0)
        at_end = written & (written.cumsum(dim=1) == written.sum(dim=1, keepdim=True))
        rewards = torch.where(at_end, final[:, None] - kl_coef * gap, -kl_coef * gap)
        raw_advantages = token_advantages(rewards, old_values, written, gamma, lam)
        targets = raw_advantages + old_values
        spread = raw_advantages[written].std(unbiased=False) + 1e-8
        centre = raw_advantages[written].mean()
        weights = torch.where(written, (raw_advantages - centre) / spread + centre, torch.zeros_like(raw_advantages))

    records = []
    for rows in minibatches:
        text, keep = tokens[rows], written[rows]
        log_ratio = picked(policy(text), text)[keep] - old[rows][keep]
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
        records.append((value_loss.item(), step_kl, outside))

    return dict(
        score=score.mean().item(),
        kl=gap.sum(dim=1).mean().item(),
        ended=finished.float().mean().item(),
        value_loss=records[0][0],
        first_clip_fraction=records[0][2],
        step_kl=records[-1][1],
        clip_fraction=records[-1][2],
    )
