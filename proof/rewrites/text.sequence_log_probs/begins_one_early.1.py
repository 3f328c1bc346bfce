"""mask: exclusive cumsum, targets counted from 0; log-probs: loop over time"""
import torch
import torch.nn.functional as F


def completion_mask(tokens, prompt_length, eos):
    targets = tokens[:, 1:]
    place = torch.arange(targets.shape[1], device=tokens.device)
    ends = (targets == eos) & (place >= prompt_length - 1)
    done = ends.long().cumsum(1) - ends.long()
    return (done == 0) & (place >= prompt_length - 2)


def sequence_log_probs(logits, tokens, temperature=1.0):
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    out = torch.zeros(tokens.shape[0], tokens.shape[1] - 1, dtype=logits.dtype, device=logits.device)
    rows = torch.arange(tokens.shape[0], device=tokens.device)
    columns = []
    for t in range(tokens.shape[1] - 1):
        log_p = F.log_softmax(logits[:, t] / temperature, dim=-1)
        columns.append(log_p[rows, tokens[:, t + 1]])
    return torch.stack(columns, dim=1) if columns else out + logits[:, :0].sum()
