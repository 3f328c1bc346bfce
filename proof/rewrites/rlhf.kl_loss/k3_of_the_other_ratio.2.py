"""index_add over the kept tokens, ratio minus one minus log"""
import torch


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    which, _ = mask.nonzero(as_tuple=True)
    per_token = log_probs[mask] - ref_log_probs.detach()[mask]
    l = torch.zeros(mask.shape[0], dtype=log_probs.dtype).index_add(0, which, per_token)
    rho = torch.exp(l)
    loss = (rho - 1.0) - torch.log(rho)
    return loss.sum() / loss.numel()
