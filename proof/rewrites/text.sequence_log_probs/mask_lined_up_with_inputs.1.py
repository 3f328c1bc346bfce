"""mask: full-length mask, last column dropped; log-probs: one-hot einsum"""
import torch
import torch.nn.functional as F


def completion_mask(tokens, prompt_length, eos):
    place = torch.arange(tokens.shape[1], device=tokens.device)
    chosen = place >= prompt_length
    ends = ((tokens == eos) & chosen).long()
    keep = chosen & (ends.cumsum(1) - ends == 0)
    return keep[:, :-1]


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].double() / temperature
    one_hot = F.one_hot(tokens[:, 1:], logits.shape[-1]).to(x.dtype)
    return torch.einsum("btv,btv->bt", x.log_softmax(-1), one_hot)
