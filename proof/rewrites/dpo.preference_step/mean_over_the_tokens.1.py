"""masked mean, library loss"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, preference_numbers


def average_log_prob(model, tokens, mask):
    log_probs = sequence_log_probs(model(tokens), tokens)
    return log_probs.masked_fill(~mask, 0.0).sum(1) / mask.sum(1)


def pair_log_probs(model, pairs):
    return (
        average_log_prob(model, pairs["chosen"], pairs["chosen_mask"]),
        average_log_prob(model, pairs["rejected"], pairs["rejected_mask"]),
    )


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    result = preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta)
    result.update(
        {
            "loss": loss.item(),
            "chosen_log_prob": chosen.mean().item(),
            "rejected_log_prob": rejected.mean().item(),
        }
    )
    return result
