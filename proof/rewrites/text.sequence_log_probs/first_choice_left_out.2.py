"""mask: lists, index, prompt_length columns of False; log-probs: gather"""
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32)) / temperature
    return torch.log_softmax(x, dim=-1).gather(-1, tokens[:, 1:].unsqueeze(-1)).squeeze(-1)


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    mask = torch.zeros(batch, time - 1, dtype=torch.bool)
    for i in range(batch):
        text = tokens[i, prompt_length:].tolist()
        stop = text.index(eos) + 1 if eos in text else len(text)
        mask[i, prompt_length : prompt_length - 1 + stop] = True
    return mask
