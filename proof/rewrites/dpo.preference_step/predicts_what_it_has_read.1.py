"""log_softmax and gather of the aligned positions"""
import torch
from torch.nn import functional as F
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob


def token_log_probs(model, tokens):
    log_p = F.log_softmax(model(tokens)[:, 1:], dim=-1)
    return log_p.gather(2, tokens[:, 1:, None])[..., 0]


def pair_log_probs(model, pairs):
    chosen = token_log_probs(model, pairs["chosen"])
    rejected = token_log_probs(model, pairs["rejected"])
    return (
        sequence_log_prob(chosen, pairs["chosen_mask"]),
        sequence_log_prob(rejected, pairs["rejected_mask"]),
    )


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
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
