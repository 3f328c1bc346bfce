"""a class that keeps what is behind"""
import torch


class Behind:
    def __init__(self, like):
        self.value = torch.zeros_like(like)
        self.advantage = torch.zeros_like(like)

    def step(self, reward, value, on, gamma, lam):
        surprise = reward + gamma * self.value - value
        self.advantage = (surprise + gamma * lam * self.advantage).masked_fill(~on, 0)
        self.value = value.masked_fill(~on, 0)
        return self.advantage


def token_advantages(rewards, values, mask, gamma, lam):
    rewards, values = rewards.detach(), values.detach()
    behind = Behind(rewards[:, 0])
    columns = zip(*(x.flip(1).unbind(1) for x in (rewards, values, mask)))
    found = [behind.step(r, v, on, gamma, lam) for r, v, on in columns]
    return torch.stack(found, dim=1).flip(1)


def whiten(advantages, mask):
    columns = []
    for a, on in zip(advantages.detach().unbind(1), mask.unbind(1)):
        column = torch.zeros_like(a)
        if on.any():
            var, mean = torch.var_mean(a[on], correction=0)
            column[on] = (a[on] - mean) / (var.sqrt() + 1e-8)
        columns.append(column)
    return torch.stack(columns, dim=1)
