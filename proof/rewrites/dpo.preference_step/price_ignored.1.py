"""library functions in nats"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def pair_log_probs(model, pairs):
    def read(side):
        log_probs = sequence_log_probs(model(pairs[side]), pairs[side])
        return sequence_log_prob(log_probs, pairs[side + "_mask"])

    return read("chosen"), read("rejected")


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    chosen, rejected = pair_log_probs(policy, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, 1.0)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    told = preference_numbers(chosen.detach(), rejected.detach(), ref_chosen, ref_rejected, 1.0)
    told["loss"] = loss.item()
    told["chosen_log_prob"] = chosen.mean().item()
    told["rejected_log_prob"] = rejected.mean().item()
    return told
