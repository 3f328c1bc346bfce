"""mask: lists, length of the text; log-probs: one-hot einsum"""
import torch
import torch.nn.functional as F


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].double() / temperature
    one_hot = F.one_hot(tokens[:, 1:], logits.shape[-1]).to(x.dtype)
    return torch.einsum("btv,btv->bt", x.log_softmax(-1), one_hot)


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    mask = torch.zeros(batch, time, dtype=torch.bool)
    for i in range(batch):
        completion = tokens[i, prompt_length:].tolist()
        length = prompt_length + len(completion)
        if eos in completion:
            length = prompt_length + completion.index(eos) + 1
        mask[i, :length] = True
    return mask[:, 1:]
