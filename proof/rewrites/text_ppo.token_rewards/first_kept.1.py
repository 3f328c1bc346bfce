"""one walk over the columns of the text, whole batch at once"""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    with torch.no_grad():
        pending = scores.clone()
        nothing = torch.zeros_like(scores)
        stack = []
        for t in range(mask.shape[1]):
            on = mask[:, t]
            share = torch.where(on, ref_log_probs[:, t] - log_probs[:, t], nothing)
            reward = kl_coef * share + torch.where(on, pending, nothing)
            pending = torch.where(on, nothing, pending)
            stack.append(reward)
        return torch.stack(stack, dim=1)
