"""boolean indexing and cat"""
import torch


def preference_pairs(first, second, first_preferred):
    yes, no = first_preferred, ~first_preferred
    chosen = torch.cat([first[yes], second[no]])
    rejected = torch.cat([second[yes], first[no]])
    return chosen, rejected
