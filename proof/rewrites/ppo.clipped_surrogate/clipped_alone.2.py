"""mask of samples inside the trust region"""
import torch


def _require_equal_shapes(tensors):
    first, *rest = tensors
    if not all(first.shape == t.shape for t in rest):
        raise ValueError("shapes must agree")


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    _require_equal_shapes((log_probs, old_log_probs, advantages))
    gain, start = advantages.detach(), old_log_probs.detach()
    rho = (log_probs - start).exp()
    too_high = rho > 1 + clip
    too_low = rho < 1 - clip
    kept = rho.masked_fill(too_high, 1 + clip).masked_fill(too_low, 1 - clip)
    return torch.sum(-gain * kept) / gain.numel()
