"""lists of pairs for each answer, stacked at the end"""
import torch


def preference_pairs(first, second, first_preferred):
    answers = {True: [], False: []}
    for a, b, preferred in zip(first, second, first_preferred.tolist()):
        answers[preferred].append((a, b) if preferred else (b, a))
    winners, losers = zip(*(answers[True] + answers[False]))
    return torch.stack(winners), torch.stack(losers)
