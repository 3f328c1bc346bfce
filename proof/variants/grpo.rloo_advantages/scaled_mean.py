"""The distance from the mean of the whole group, times n/(n − 1): the same number by another formula."""


def rloo_advantages(rewards, group):
    r = rewards.detach().view(-1, group) if rewards.is_contiguous() else rewards.detach().contiguous().view(-1, group)
    centred = r - r.mean(1, keepdim=True)
    return centred.mul(group).div(group - 1).reshape(rewards.shape)
