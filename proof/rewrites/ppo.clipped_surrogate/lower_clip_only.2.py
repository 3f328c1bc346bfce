"""maximum with a floor tensor, losses"""
import torch


def _shapes(*ts):
    return [list(t.shape) for t in ts]


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    a, b, c = _shapes(log_probs, old_log_probs, advantages)
    if a != b or b != c:
        raise ValueError(f"{a}, {b}, {c}")
    price = advantages.detach().neg()
    rho = log_probs.sub(old_log_probs.detach()).exp()
    floor = rho.new_tensor(1 - clip).expand_as(rho)
    bounded = torch.maximum(rho, floor)
    return torch.maximum(price * rho, price * bounded).mean()
