"""context manager for the training mode, own loss"""
from contextlib import contextmanager

import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


@contextmanager
def training(model):
    before = model.training
    model.train(True)
    try:
        yield model
    finally:
        model.train(before)


def pair_log_probs(model, pairs):
    scores = []
    for side in ("chosen", "rejected"):
        values = sequence_log_probs(model(pairs[side]), pairs[side])
        scores.append(values.masked_fill(~pairs[side + "_mask"], 0.0).sum(dim=1))
    return tuple(scores)


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    with training(policy) as learner:
        chosen, rejected = pair_log_probs(learner, pairs)
        gain_c = beta * (chosen - ref_chosen)
        gain_r = beta * (rejected - ref_rejected)
        loss = -F.logsigmoid(gain_c - gain_r).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    ahead = torch.heaviside((gain_c - gain_r).detach(), torch.tensor(0.5))
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        "chosen_reward": gain_c.mean().item(),
        "rejected_reward": gain_r.mean().item(),
        "margin": (gain_c - gain_r).mean().item(),
        "accuracy": ahead.mean().item(),
    }
