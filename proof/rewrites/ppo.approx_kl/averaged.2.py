"""helper that fills the shape"""
import torch


def _spread(samples):
    """the estimate from all samples, in the shape of the input"""
    return torch.full_like(samples, samples.sum().item() / samples.numel())


def approx_kl(log_probs, old_log_probs):
    ell = (log_probs - old_log_probs).detach()
    return _spread(ell.neg()), _spread(ell.square() * 0.5), _spread(ell.expm1() - ell)
