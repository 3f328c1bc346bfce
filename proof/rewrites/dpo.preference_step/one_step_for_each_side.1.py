"""two losses, policy read again between them"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    chosen = sequence_log_probs(model(pairs["chosen"]), pairs["chosen"])
    rejected = sequence_log_probs(model(pairs["rejected"]), pairs["rejected"])
    return (
        sequence_log_prob(chosen, pairs["chosen_mask"]),
        sequence_log_prob(rejected, pairs["rejected_mask"]),
    )


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)

    # make the chosen texts likelier
    chosen, rejected = pair_log_probs(policy, pairs)
    loss = dpo_loss(chosen, rejected.detach(), ref_chosen, ref_rejected, beta)
    told = preference_numbers(chosen.detach(), rejected.detach(), ref_chosen, ref_rejected, beta)
    told["loss"] = loss.item()
    told["chosen_log_prob"] = chosen.mean().item()
    told["rejected_log_prob"] = rejected.mean().item()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    # make the rejected texts less likely
    chosen, rejected = pair_log_probs(policy, pairs)
    loss = dpo_loss(chosen.detach(), rejected, ref_chosen, ref_rejected, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return told
