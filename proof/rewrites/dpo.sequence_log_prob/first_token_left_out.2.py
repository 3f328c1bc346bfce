"""boolean indexing, shift by slicing"""
import torch


def sequence_log_prob(log_probs, mask):
    answers = log_probs.new_zeros(len(log_probs))
    rows = []
    for b in range(len(answers)):
        completion = log_probs[b][mask[b]]
        rows.append(completion[1:].sum())
    return answers + torch.stack(rows)
