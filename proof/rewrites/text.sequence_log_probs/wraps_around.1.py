"""mask: python lists and index; log-probs: roll and gather"""
import torch


def completion_mask(tokens, prompt_length, eos):
    rows = []
    for row in tokens.tolist():
        text = row[prompt_length:]
        kept = text.index(eos) + 1 if eos in text else len(text)
        rows.append([False] * (prompt_length - 1) + [True] * kept + [False] * (len(text) - kept))
    return torch.tensor(rows, dtype=torch.bool).reshape(tokens.shape[0], tokens.shape[1] - 1)


def sequence_log_probs(logits, tokens, temperature=1.0):
    following = torch.roll(tokens, -1, dims=1)
    x = logits.to(torch.promote_types(logits.dtype, torch.float32)) / temperature
    return torch.log_softmax(x, -1).gather(2, following.unsqueeze(-1)).squeeze(-1)
