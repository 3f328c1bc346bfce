"""library loss with positional arguments"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    token_log_probs = [sequence_log_probs(model(pairs[k]), pairs[k]) for k in ("chosen", "rejected")]
    masks = [pairs["chosen_mask"], pairs["rejected_mask"]]
    chosen, rejected = map(sequence_log_prob, token_log_probs, masks)
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    chosen, rejected = pair_log_probs(policy, pairs)
    loss = dpo_loss(rejected, chosen, ref_rejected, ref_chosen, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    told = {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
    }
    told.update(preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta))
    return told
