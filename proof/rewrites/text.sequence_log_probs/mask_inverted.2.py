"""mask: masked_fill from a list of lengths; log-probs: one-hot einsum"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].double() / temperature
    one_hot = F.one_hot(tokens[:, 1:], logits.shape[-1]).to(x.dtype)
    return torch.einsum("btv,btv->bt", x.log_softmax(-1), one_hot)


def completion_mask(tokens, prompt_length, eos):
    masked = torch.ones(tokens.shape, dtype=torch.bool)
    for hide, row in zip(masked, tokens.tolist()):
        for t in range(prompt_length, len(row)):
            hide[t] = False
            if row[t] == eos:
                break
    return masked[:, 1:]
