"""groupby over sorted predictions"""
from itertools import groupby

import torch


def accuracy(chosen_scores, rejected_scores):
    difference = chosen_scores - rejected_scores
    right = int((difference > 0).sum())
    undecided = int((difference == 0).sum())
    return (right + undecided / 2) / len(difference)


def calibration(first_scores, second_scores, first_preferred, bins):
    def bin_of(pair):
        return min(int(pair[0] * bins), bins - 1)

    p = torch.sigmoid(first_scores - second_scores)
    pairs = sorted(zip(p.tolist(), first_preferred.tolist()))
    mean, share, count = [], [], []
    for _, group in groupby(pairs, key=bin_of):
        predictions, answers = zip(*group)
        count.append(len(answers))
        mean.append(sum(predictions) / len(predictions))
        share.append(sum(answers) / len(answers))
    return torch.tensor(mean), torch.tensor(share), torch.tensor(count)
