"""squared distance from a margin of 1"""


def bradley_terry_loss(chosen_scores, rejected_scores):
    error = (chosen_scores - rejected_scores) - 1
    return (error ** 2).mean()
