"""concatenated batch, read out with strides"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    tokens = torch.cat([pairs["chosen"], pairs["rejected"]], dim=0)
    masks = torch.cat([pairs["chosen_mask"], pairs["rejected_mask"]], dim=0)
    log_probs = sequence_log_prob(sequence_log_probs(model(tokens), tokens), masks)
    return log_probs[0::2], log_probs[1::2]


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    numbers = preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    numbers["loss"] = loss.item()
    numbers["chosen_log_prob"] = chosen.mean().item()
    numbers["rejected_log_prob"] = rejected.mean().item()
    return numbers
