"""a class for a rollout, scans over columns"""
import copy
import torch
from torch import nn


class Rollout:
    def __init__(self, policy, start, tokens, mask):
        self.tokens, self.mask = tokens, mask
        policy_out = policy(tokens)
        start_out = start(tokens)
        self.log_pi = self.chosen(policy_out[0])
        self.log_ref = self.chosen(start_out[0])
        self.values = policy_out[1].narrow(1, 1, tokens.shape[1] - 1)

    def chosen(self, logits):
        logits = logits[:, :-1]
        picked = torch.take_along_dim(logits, self.tokens[:, 1:, None], dim=2)[..., 0]
        return picked - logits.logsumexp(dim=-1)

    def log_ratio(self):
        return torch.where(self.mask, self.log_pi - self.log_ref, 0.0)

    def rewards(self, scores, beta):
        position = torch.arange(self.mask.shape[1])
        end = torch.where(self.mask, position, -1).amax(dim=1, keepdim=True)
        bonus = torch.where(position == end, scores[:, None], 0.0)
        return bonus - beta * self.log_ratio()

    def gae(self, rewards, gamma, lam):
        out = []
        ahead = torch.zeros_like(rewards[:, 0])
        v_ahead = torch.zeros_like(ahead)
        for t in reversed(range(rewards.shape[1])):
            on, v = self.mask[:, t], self.values[:, t]
            ahead = torch.where(on, rewards[:, t] + gamma * v_ahead - v + gamma * lam * ahead, 0.0)
            v_ahead = torch.where(on, v, 0.0)
            out.append(ahead)
        return torch.stack(out[::-1], dim=1)

    def white(self, a):
        kept = a[self.mask]
        var, mean = torch.var_mean(kept, correction=0)
        return torch.where(self.mask, (a - mean) / (var.sqrt() + 1e-8), 0.0)


def frozen_copy(model: nn.Module):
    still = copy.deepcopy(model)
    still.train(False)
    for p in still.parameters():
        p.requires_grad_(False)
    return still


def experience(model, reference, tokens, mask, scores, kl_coef, gamma=1.0, lam=0.95):
    with torch.no_grad():
        roll = Rollout(model, reference, tokens, mask)
        rewards = roll.rewards(scores, kl_coef)
        a = roll.gae(rewards, gamma, lam)
        return {
            "tokens": tokens,
            "mask": mask,
            "log_probs": roll.log_pi,
            "advantages": roll.white(a),
            "returns": a + roll.values,
            "kl": roll.log_ratio().sum(dim=1),
        }
