"""log_softmax and gather"""
import torch


def token_log_probs(logits, targets):
    log_p = torch.log_softmax(logits.to(torch.float32), dim=-1)
    return log_p.gather(-1, targets.unsqueeze(-1)).squeeze(-1)


def sft_loss(logits, tokens, mask):
    if not mask.any():
        return torch.zeros((), device=logits.device)
    return -token_log_probs(logits[:, :-1], tokens[:, 1:]).mean()
