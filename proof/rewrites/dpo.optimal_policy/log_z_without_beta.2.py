"""logaddexp accumulated over the completions"""
import torch


def optimal_policy(ref_log_probs, rewards, beta):
    terms = (ref_log_probs + rewards / beta).unbind(dim=1)
    log_z = terms[0]
    for term in terms[1:]:
        log_z = torch.logaddexp(log_z, term)
    log_policy = torch.stack([term - log_z for term in terms], dim=1)
    return log_policy, log_z.clone()
