"""mask: loop with a finished flag set one step later; log-probs: loop over time"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    out = torch.zeros(tokens.shape[0], tokens.shape[1] - 1, dtype=logits.dtype, device=logits.device)
    rows = torch.arange(tokens.shape[0], device=tokens.device)
    columns = []
    for t in range(tokens.shape[1] - 1):
        log_p = F.log_softmax(logits[:, t] / temperature, dim=-1)
        columns.append(log_p[rows, tokens[:, t + 1]])
    return torch.stack(columns, dim=1) if columns else out + logits[:, :0].sum()


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    columns = [torch.zeros(batch, dtype=torch.bool)] * (prompt_length - 1)
    finished = torch.zeros(batch, dtype=torch.bool)
    for t in range(prompt_length, time):
        columns.append(~finished)
        if t > prompt_length:
            finished = finished | (tokens[:, t - 1] == eos)
    if not columns:
        return torch.zeros(batch, 0, dtype=torch.bool)
    return torch.stack(columns, dim=1)
