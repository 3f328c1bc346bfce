"""numbers first, then the update; rows by masked_select"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def _row_sums(values, mask):
    return torch.stack([v.masked_select(m).sum() for v, m in zip(values, mask)])


def pair_log_probs(model, pairs):
    names = [("chosen", "chosen_mask"), ("rejected", "rejected_mask")]
    sums = [_row_sums(sequence_log_probs(model(pairs[t]), pairs[t]), pairs[m]) for t, m in names]
    return tuple(sums)


def preference_step(policy, reference, optimizer, pairs, beta):
    c, r = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_c, ref_r = pair_log_probs(reference, pairs)
    reward_c = beta * (c - ref_c)
    reward_r = beta * (r - ref_r)
    loss = -F.logsigmoid(reward_c - reward_r).mean()
    accuracy = 0.5 * (1 + torch.sign(reward_c - reward_r))
    told = {
        "loss": loss,
        "chosen_log_prob": c,
        "rejected_log_prob": r,
        "chosen_reward": reward_c,
        "rejected_reward": reward_r,
        "margin": reward_c - reward_r,
        "accuracy": accuracy,
    }
    told = {name: tensor.detach().mean().item() for name, tensor in told.items()}
    torch.autograd.backward(loss)
    optimizer.step()
    return told
