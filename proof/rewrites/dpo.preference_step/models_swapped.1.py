"""margin written out, numbers from the library"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    out = {}
    for side in ("chosen", "rejected"):
        logits = model(pairs[side])
        out[side] = sequence_log_prob(sequence_log_probs(logits, pairs[side]), pairs[side + "_mask"])
    return out["chosen"], out["rejected"]


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    margin = beta * ((ref_chosen - chosen) - (ref_rejected - rejected))
    loss = -F.logsigmoid(margin).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    told = preference_numbers(chosen.detach(), rejected.detach(), ref_chosen, ref_rejected, beta)
    told.update(
        loss=loss.item(),
        chosen_log_prob=chosen.mean().item(),
        rejected_log_prob=rejected.mean().item(),
    )
    return told
