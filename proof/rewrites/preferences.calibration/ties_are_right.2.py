"""Python loops and lists of bins"""
import torch


def accuracy(chosen_scores, rejected_scores):
    wrong = 0
    for good, bad in zip(chosen_scores.tolist(), rejected_scores.tolist()):
        if bad > good:
            wrong += 1
    return 1 - wrong / len(chosen_scores)


def average(values):
    return sum(values) / len(values) if values else float("nan")


def calibration(first_scores, second_scores, first_preferred, bins):
    predictions = [[] for _ in range(bins)]
    answers = [[] for _ in range(bins)]
    p = torch.sigmoid(first_scores - second_scores)
    for prediction, answer in zip(p.tolist(), first_preferred.tolist()):
        k = min(int(prediction * bins), bins - 1)
        predictions[k].append(prediction)
        answers[k].append(answer)
    return (
        torch.tensor([average(values) for values in predictions]),
        torch.tensor([average(values) for values in answers]),
        torch.tensor([len(values) for values in predictions]),
    )
