"""autograd.Function with its own backward"""
import torch


class _ClippedGain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, new, old, gain, eps):
        rho = torch.exp(new - old)
        ctx.save_for_backward(rho, gain)
        return torch.minimum(rho * gain, rho.clamp(1 - eps, 1 + eps) * gain)

    @staticmethod
    def backward(ctx, upstream):
        rho, gain = ctx.saved_tensors
        return upstream * rho * gain, None, None, None


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if len({t.shape for t in (log_probs, old_log_probs, advantages)}) > 1:
        raise ValueError("shapes differ")
    gains = _ClippedGain.apply(log_probs, old_log_probs.detach(), advantages.detach(), clip)
    return gains.mean().neg()
