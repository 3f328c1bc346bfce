"""library functions, baseline under no_grad"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    result = []
    for name in ("chosen", "rejected"):
        tokens = pairs[name]
        result.append(sequence_log_prob(sequence_log_probs(model(tokens), tokens), pairs[f"{name}_mask"]))
    return result[0], result[1]


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(policy, pairs)
    chosen, rejected = pair_log_probs(policy, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    numbers = preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        **numbers,
    }
