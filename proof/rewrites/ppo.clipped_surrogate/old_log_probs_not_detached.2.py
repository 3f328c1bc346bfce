"""where by the sign of the advantage, class with call"""
import torch


class _Surrogate:
    def __init__(self, clip):
        self.low, self.high = 1 - clip, 1 + clip

    def __call__(self, log_ratio, gain):
        rho = log_ratio.exp()
        bounded = torch.where(gain >= 0, rho.clamp(max=self.high), rho.clamp(min=self.low))
        return bounded.mul(gain)


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    shapes = [t.shape for t in (old_log_probs, advantages)]
    if any(s != log_probs.shape for s in shapes):
        raise ValueError(f"shapes {shapes} beside {log_probs.shape}")
    per_sample = _Surrogate(clip)(log_probs.sub(old_log_probs), advantages.detach())
    return per_sample.mean().neg()
