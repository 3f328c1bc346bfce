"""a class that keeps what is behind; masked_scatter"""
import torch


class Behind:
    def __init__(self, like):
        self.value = torch.zeros_like(like)
        self.advantage = torch.zeros_like(like)

    def step(self, reward, value, on, gamma, lam):
        surprise = reward + gamma * self.value - value
        current = surprise + gamma * lam * self.advantage
        self.advantage = current.masked_fill(~on, 0)
        self.value = value.masked_fill(~on, 0)
        return current


def token_advantages(rewards, values, mask, gamma, lam):
    rewards, values = rewards.detach(), values.detach()
    behind = Behind(rewards[:, 0])
    columns = zip(*(x.flip(1).unbind(1) for x in (rewards, values, mask)))
    found = [behind.step(r, v, on, gamma, lam) for r, v, on in columns]
    return torch.stack(found, dim=1).flip(1)


def whiten(advantages, mask):
    picked = torch.masked_select(advantages.detach(), mask)
    var, mean = torch.var_mean(picked, correction=0)
    scaled = (picked - mean) / (var.sqrt() + 1e-8)
    return torch.zeros_like(advantages.detach()).masked_scatter(mask, scaled)
