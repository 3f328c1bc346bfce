"""An autograd function with the gradient written out."""
import torch


class Surrogate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, new, old, a, clip):
        ratio = (new - old).exp()
        flat = ((a > 0) & (ratio > 1 + clip)) | ((a < 0) & (ratio < 1 - clip))
        ctx.save_for_backward(ratio, a, flat)
        bound = 1 + clip * a.sign()
        gain = a * ratio
        gain[flat] = (a * bound)[flat]
        return -gain.sum() / gain.numel()

    @staticmethod
    def backward(ctx, upstream):
        ratio, a, flat = ctx.saved_tensors
        slope = -(ratio * a).masked_fill(flat, 0.0) / ratio.numel()
        return upstream * slope, None, None, None


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if log_probs.shape != old_log_probs.shape or log_probs.shape != advantages.shape:
        raise ValueError("unequal shapes")
    return Surrogate.apply(log_probs, old_log_probs.detach(), advantages.detach(), clip)
