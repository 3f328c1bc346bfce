"""step, then a second reading for the numbers"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    return tuple(
        sequence_log_prob(sequence_log_probs(model(pairs[side]), pairs[side]), pairs[side + "_mask"])
        for side in ("chosen", "rejected")
    )


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    optimizer.zero_grad()
    dpo_loss(*pair_log_probs(policy, pairs), ref_chosen, ref_rejected, beta).backward()
    optimizer.step()
    with torch.no_grad():
        chosen, rejected = pair_log_probs(policy, pairs)
        loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        **preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta),
    }
