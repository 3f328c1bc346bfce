"""hand-written PPO step"""
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
    completion = completion_mask(tokens, prompt_length, eos)
    with torch.no_grad():
        score = reward_model(tokens)
        old = gather_log_probs(policy(tokens), tokens)
        ref = gather_log_probs(reference(tokens), tokens)
        old_values = value_model(tokens)[:, :-1]
        ended_rows = completion.sum(dim=1) < tokens.shape[1] - prompt_length

        clipped = score.clamp(min=-score_clip, max=score_clip)
        if missing_eos_score is not None:
            clipped = clipped.masked_fill(~ended_rows, missing_eos_score)
        gap = (old - ref).masked_fill(~completion, 0.0)
        at_end = completion & (completion.cumsum(dim=1) == completion.sum(dim=1, keepdim=True))
        rewards = torch.where(at_end, clipped[:, None] - kl_coef * gap, -kl_coef * gap)
        estimates = token_advantages(rewards, old_values, completion, gamma, lam)
        targets = estimates + old_values
        weights = masked_whiten(estimates, completion)

    log = []
    for rows in minibatches:
        text, keep = tokens[rows], completion[rows]
        log_ratio = gather_log_probs(policy(text), text)[keep] - old[rows][keep]
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
        log.append((value_loss.item(), step_kl, outside))

    return dict(
        score=score.mean().item(),
        kl=gap.sum(dim=1).mean().item(),
        ended=ended_rows.float().mean().item(),
        value_loss=log[0][0],
        first_clip_fraction=log[0][2],
        step_kl=log[-1][1],
        clip_fraction=log[-1][2],
    )
