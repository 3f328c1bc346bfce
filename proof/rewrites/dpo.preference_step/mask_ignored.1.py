"""row sums, library loss"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers


def pair_log_probs(model, pairs):
    chosen = sequence_log_probs(model(pairs["chosen"]), pairs["chosen"]).sum(dim=1)
    rejected = sequence_log_probs(model(pairs["rejected"]), pairs["rejected"]).sum(dim=1)
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    optimizer.zero_grad()
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    loss.backward()
    optimizer.step()
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        **preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta),
    }
