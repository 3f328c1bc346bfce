"""mask: python lists and index; log-probs: picked logit minus a fixed logsumexp"""
import torch


def completion_mask(tokens, prompt_length, eos):
    rows = []
    for row in tokens.tolist():
        text = row[prompt_length:]
        kept = text.index(eos) + 1 if eos in text else len(text)
        rows.append([False] * (prompt_length - 1) + [True] * kept + [False] * (len(text) - kept))
    return torch.tensor(rows, dtype=torch.bool).reshape(tokens.shape[0], tokens.shape[1] - 1)


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32)) / temperature
    x = x - x.detach().amax(-1, keepdim=True)
    picked = x.gather(-1, tokens[:, 1:, None]).squeeze(-1)
    return picked - torch.logsumexp(x.detach(), dim=-1)
