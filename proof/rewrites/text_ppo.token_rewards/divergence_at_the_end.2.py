"""one walk over the columns from the right, whole batch at once"""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    with torch.no_grad():
        nothing = torch.zeros_like(scores)
        log_ratio = log_probs.masked_fill(~mask, 0) - ref_log_probs.masked_fill(~mask, 0)
        pending = scores - kl_coef * log_ratio.sum(1)
        stack = []
        for t in reversed(range(mask.shape[1])):
            on = mask[:, t]
            reward = torch.where(on, pending, nothing)
            pending = torch.where(on, nothing, pending)
            stack.insert(0, reward)
        return torch.stack(stack, dim=1)
