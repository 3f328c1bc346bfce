"""a mean of margins"""


def bradley_terry_loss(chosen_scores, rejected_scores):
    margins = chosen_scores - rejected_scores
    return -margins.mean()
