"""a small class, scatter"""
import torch


class Payment:
    def __init__(self, mask):
        self.mask = mask
        self.alive = mask.any(dim=1)
        positions = torch.arange(mask.shape[1], device=mask.device).expand_as(mask)
        self.last = positions.masked_fill(~mask, 0).amax(dim=1)

    def bonus(self, scores):
        where = self.last
        paid = scores.masked_fill(~self.alive, 0)
        canvas = torch.zeros(self.mask.shape, dtype=scores.dtype)
        return canvas.scatter(1, where[:, None], paid[:, None])


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    pay = Payment(mask)
    result = pay.bonus(scores)
    return result.detach()
