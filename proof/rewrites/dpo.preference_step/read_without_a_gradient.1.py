"""no_grad reader shared by both models"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


@torch.no_grad()
def pair_log_probs(model, pairs):
    chosen = sequence_log_probs(model(pairs["chosen"]), pairs["chosen"])
    rejected = sequence_log_probs(model(pairs["rejected"]), pairs["rejected"])
    return (
        sequence_log_prob(chosen, pairs["chosen_mask"]),
        sequence_log_prob(rejected, pairs["rejected_mask"]),
    )


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        **preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta),
    }
