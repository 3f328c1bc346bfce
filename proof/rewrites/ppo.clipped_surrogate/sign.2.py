"""policy losses with their maximum, CleanRL names"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if len({log_probs.shape, old_log_probs.shape, advantages.shape}) != 1:
        raise ValueError("one shape expected")
    mb_advantages = advantages.detach()
    logratio = log_probs - old_log_probs.detach()
    ratio = logratio.exp()
    pg_loss1 = -mb_advantages * ratio
    pg_loss2 = -mb_advantages * torch.clamp(ratio, 1 - clip, 1 + clip)
    pg_objective = torch.max(pg_loss1, pg_loss2).mean()
    # an objective goes up, a loss goes down
    return -pg_objective
