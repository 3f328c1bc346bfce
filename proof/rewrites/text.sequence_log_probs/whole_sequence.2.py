"""mask: exclusive cumsum; log-probs: loop over time with a running total"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    batch, time, _ = logits.shape
    rows = torch.arange(batch)
    x = logits.double() / temperature
    total = x[:, :, 0][:, :0].sum(1)
    for t in range(time - 1):
        total = total + F.log_softmax(x[:, t], dim=1)[rows, tokens[:, t + 1]]
    return total


def completion_mask(tokens, prompt_length, eos):
    completion = tokens[:, prompt_length:]
    ends = (completion == eos).long()
    before = ends.cumsum(1) - ends
    prompt = torch.zeros(tokens.shape[0], prompt_length - 1, dtype=torch.bool, device=tokens.device)
    return torch.cat([prompt, before == 0], dim=1)
