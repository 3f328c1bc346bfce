"""masked selection, a history of tuples"""
import math
import torch
from curriculum.rlhf_parts import masked_whiten
from curriculum.text_advantages import token_advantages
from curriculum.text_rl import completion_mask


def chosen(logits, tokens):
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
        old = chosen(policy(tokens), tokens)
        ref = chosen(reference(tokens), tokens)
        old_values = value_model(tokens)[:, :-1]
        stopped = (written & (tokens[:, 1:] == eos)).any(dim=1)

        given = score.clamp(min=-score_clip, max=score_clip)
        if missing_eos_score is not None:
            given = given.masked_fill(~stopped, missing_eos_score)
        log_ratios = (old - ref).masked_fill(~written, 0.0)
        at_end = written & (written.cumsum(dim=1) == written.sum(dim=1, keepdim=True))
        rewards = torch.where(at_end, given[:, None] - kl_coef * log_ratios, -kl_coef * log_ratios)
        raw_advantages = token_advantages(rewards, old_values, written, gamma, lam)
        returns = raw_advantages + old_values
        weights = masked_whiten(raw_advantages, written)

    history = []
    for rows in minibatches:
        text, keep = tokens[rows], written[rows]
        log_ratio = chosen(policy(text), text)[keep] - old[rows][keep]
        ratio = log_ratio.exp()
        a = weights[rows][keep]
        surrogate = torch.minimum(ratio * a, ratio.clamp(1 - clip, 1 + clip) * a)
        error = value_model(text)[:, :-1][keep] - returns[rows][keep]
        value_loss = 0.5 * error.square().mean()
        optimizer.zero_grad()
        (-surrogate.mean()).backward()
        optimizer.step()
        with torch.no_grad():
            step_kl = (ratio - 1 - log_ratio).mean().item()
            outside = ((ratio - 1).abs() > clip).float().mean().item()
        history.append((value_loss.item(), step_kl, outside))

    return dict(
        score=score.mean().item(),
        kl=log_ratios.sum(dim=1).mean().item(),
        ended=stopped.float().mean().item(),
        value_loss=history[0][0],
        first_clip_fraction=history[0][2],
        step_kl=history[-1][1],
        clip_fraction=history[-1][2],
    )
