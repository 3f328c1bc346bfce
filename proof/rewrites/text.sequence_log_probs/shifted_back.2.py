"""mask: python lists and index; log-probs: loop over time, current token and next logits"""
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    batch, time = tokens.shape
    index = torch.arange(batch)
    x = logits.double() / temperature
    columns = [x[:, 0, :0]]
    for t in range(1, time):
        row = x[:, t] - x[:, t].amax(1, keepdim=True).detach()
        columns.append((row[index, tokens[:, t - 1]] - row.logsumexp(1)).unsqueeze(1))
    return torch.cat(columns, dim=1)


def completion_mask(tokens, prompt_length, eos):
    rows = []
    for row in tokens.tolist():
        text = row[prompt_length:]
        kept = text.index(eos) + 1 if eos in text else len(text)
        rows.append([False] * (prompt_length - 1) + [True] * kept + [False] * (len(text) - kept))
    return torch.tensor(rows, dtype=torch.bool).reshape(tokens.shape[0], tokens.shape[1] - 1)
