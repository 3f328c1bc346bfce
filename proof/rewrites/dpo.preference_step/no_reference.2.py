"""library loss against a zero baseline"""
import torch
from curriculum import dpo
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    n = pairs["chosen"].shape[0]
    tokens = torch.cat((pairs["chosen"], pairs["rejected"]), dim=0)
    mask = torch.cat((pairs["chosen_mask"], pairs["rejected_mask"]), dim=0)
    both = dpo.sequence_log_prob(sequence_log_probs(model(tokens), tokens), mask)
    return both[:n], both[n:]


def preference_step(policy, reference, optimizer, pairs, beta):
    optimizer.zero_grad()
    log_probs = pair_log_probs(policy, pairs)
    zeros = torch.zeros(log_probs[0].shape)
    arguments = (*log_probs, zeros, zeros, beta)
    loss = dpo.dpo_loss(*arguments)
    loss.backward()
    told = dict(dpo.preference_numbers(*arguments), loss=loss.item())
    for side, values in zip(("chosen", "rejected"), log_probs):
        told[f"{side}_log_prob"] = values.mean().item()
    optimizer.step()
    return told
