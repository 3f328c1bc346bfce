"""mask: loop over rows, stop at the end; log-probs: one-hot einsum"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].double() / temperature
    one_hot = F.one_hot(tokens[:, 1:], logits.shape[-1]).to(x.dtype)
    return torch.einsum("btv,btv->bt", x.log_softmax(-1), one_hot)


def completion_mask(tokens, prompt_length, eos):
    mask = torch.zeros(tokens.shape, dtype=torch.bool)
    for kept, row in zip(mask, tokens.tolist()):
        position = prompt_length
        while position < len(row) and row[position] != eos:
            kept[position] = True
            position += 1
    return mask[:, 1:]
