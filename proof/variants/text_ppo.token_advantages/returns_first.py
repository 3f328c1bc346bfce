"""λ-returns from the back, G = r + γ((1−λ)V' + λG'), less the values; the columns are stacked at the end."""
import torch


def token_advantages(rewards, values, mask, gamma, lam):
    rewards, values = rewards.detach(), values.detach()
    zero = torch.zeros(len(rewards), dtype=rewards.dtype)
    g, v_next, columns = zero, zero, []
    for r, v, keep in zip(*(x.flip(1).unbind(1) for x in (rewards, values, mask))):
        g = torch.where(keep, r + gamma * ((1.0 - lam) * v_next + lam * g), zero)
        v_next = torch.where(keep, v, zero)
        columns.append(torch.where(keep, g - v, zero))
    return torch.stack(columns, dim=1).flip(1)


def whiten(advantages, mask):
    with torch.no_grad():
        variance, mean = torch.var_mean(advantages.masked_select(mask), correction=0)
        result = torch.zeros_like(advantages)
        result[mask] = (advantages.masked_select(mask) - mean).div(variance.sqrt().add(1e-8))
        return result
