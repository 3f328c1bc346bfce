"""mask: double loop over input positions; log-probs: loop over time"""
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
    mask = torch.zeros(batch, time - 1, dtype=torch.bool)
    for b in range(batch):
        stopped = False
        for t in range(prompt_length, time - 1):
            mask[b, t] = not stopped
            stopped = stopped or tokens[b, t].item() == eos
    return mask
