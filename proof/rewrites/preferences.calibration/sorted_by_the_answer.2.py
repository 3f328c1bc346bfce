"""pairs exchanged in a loop, counters for each bin"""
import torch


def accuracy(chosen_scores, rejected_scores):
    sign = (chosen_scores > rejected_scores).int() - (chosen_scores < rejected_scores).int()
    return 0.5 + 0.5 * sign.double().mean().item()


def in_order(first, second, first_preferred):
    for a, b, answer in zip(first, second, first_preferred):
        yield (a, b) if answer else (b, a)


def calibration(first_scores, second_scores, first_preferred, bins):
    predicted, preferred, count = [0.0] * bins, [0] * bins, [0] * bins
    for chosen, rejected in in_order(first_scores, second_scores, first_preferred):
        p = torch.sigmoid(chosen - rejected).item()
        k = min(int(p * bins), bins - 1)
        predicted[k] += p
        preferred[k] += 1
        count[k] += 1
    count = torch.tensor(count)
    return torch.tensor(predicted) / count, torch.tensor(preferred) / count, count
