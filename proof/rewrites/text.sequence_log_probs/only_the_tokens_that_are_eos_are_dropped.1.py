"""mask: two conditions; log-probs: loop over time"""
import torch
import torch.nn.functional as F


def completion_mask(tokens, prompt_length, eos):
    targets = tokens[:, 1:]
    in_completion = torch.arange(1, tokens.shape[1], device=tokens.device) >= prompt_length
    return in_completion & (targets != eos)


def sequence_log_probs(logits, tokens, temperature=1.0):
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    out = torch.zeros(tokens.shape[0], tokens.shape[1] - 1, dtype=logits.dtype, device=logits.device)
    rows = torch.arange(tokens.shape[0], device=tokens.device)
    columns = []
    for t in range(tokens.shape[1] - 1):
        log_p = F.log_softmax(logits[:, t] / temperature, dim=-1)
        columns.append(log_p[rows, tokens[:, t + 1]])
    return torch.stack(columns, dim=1) if columns else out + logits[:, :0].sum()
