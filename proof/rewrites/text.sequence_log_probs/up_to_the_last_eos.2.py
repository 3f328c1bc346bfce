"""mask: lists, search from the right; log-probs: gather"""
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32)) / temperature
    return torch.log_softmax(x, dim=-1).gather(-1, tokens[:, 1:].unsqueeze(-1)).squeeze(-1)


def completion_mask(tokens, prompt_length, eos):
    mask = torch.zeros(tokens.shape, dtype=torch.bool)
    for i, row in enumerate(tokens.tolist()):
        ends = [t for t in range(prompt_length, len(row)) if row[t] == eos]
        stop = ends[-1] + 1 if ends else len(row)
        mask[i, prompt_length:stop] = True
    return mask[:, 1:]
