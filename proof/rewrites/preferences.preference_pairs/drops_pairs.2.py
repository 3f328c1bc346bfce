"""index_select with a list of row numbers"""
import torch


def preference_pairs(first, second, first_preferred):
    rows = []
    for i, preferred in enumerate(first_preferred.tolist()):
        if preferred:
            rows.append(i)
    index = torch.tensor(rows, dtype=torch.long, device=first.device)
    return first.index_select(0, index), second.index_select(0, index)
