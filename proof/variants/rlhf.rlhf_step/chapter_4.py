"""Chapter 4's experience on models that give pairs; the scores are clipped and replaced before they go in."""
from math import inf

import torch

from curriculum.text_ppo import experience, update
from curriculum.text_rl import completion_mask
from curriculum.value_model import PolicyAndValues


def rlhf_step(policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer, minibatches, kl_coef,
              score_clip=inf, missing_eos_score=None, gamma=1.0, lam=0.95, clip=0.2):
    written = completion_mask(tokens, prompt_length, eos)
    ended = (tokens[:, prompt_length:] == eos).any(dim=1)
    with torch.no_grad():
        said = reward_model(tokens)
    counted = said.clamp(min=-score_clip, max=score_clip)
    if missing_eos_score is not None:
        counted = counted.masked_fill(~ended, missing_eos_score)
    learner, anchor = PolicyAndValues(policy, value_model), PolicyAndValues(reference, value_model)
    batch = experience(learner, anchor, tokens, written, counted, kl_coef, gamma, lam)
    steps = update(learner, optimizer, batch, minibatches, clip, 1.0)
    first, last = steps[0], steps[-1]
    return dict(score=said.mean().item(), kl=batch["kl"].mean().item(), ended=ended.double().mean().item(),
                value_loss=first["value_loss"], first_clip_fraction=first["clip_fraction"],
                step_kl=last["kl"], clip_fraction=last["clip_fraction"])
