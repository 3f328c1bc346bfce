"""one walk over the columns from the right, whole batch at once"""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    with torch.no_grad():
        pending = scores.clone()
        nothing = torch.zeros_like(scores)
        stack = []
        for t in reversed(range(mask.shape[1])):
            on = mask[:, t]
            pi, pi_ref = log_probs[:, t].exp(), ref_log_probs[:, t].exp()
            share = torch.where(on, pi_ref - pi, nothing)
            reward = kl_coef * share + torch.where(on, pending, nothing)
            pending = torch.where(on, nothing, pending)
            stack.insert(0, reward)
        return torch.stack(stack, dim=1)
