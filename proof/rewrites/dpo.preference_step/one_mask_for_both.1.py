"""one mask looked up, both sides in two calls"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    mask = pairs["chosen_mask"]
    chosen = sequence_log_prob(sequence_log_probs(model(pairs["chosen"]), pairs["chosen"]), mask)
    rejected = sequence_log_prob(sequence_log_probs(model(pairs["rejected"]), pairs["rejected"]), mask)
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    numbers = preference_numbers(chosen.detach(), rejected.detach(), ref_chosen, ref_rejected, beta)
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        **numbers,
    }
