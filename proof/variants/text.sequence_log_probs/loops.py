"""Plain loops over sequences and positions, in float64."""
import torch


def completion_mask(tokens, prompt_length, eos):
    rows = []
    for sequence in tokens.tolist():
        row, talking = [], True
        for position, token in enumerate(sequence):
            if position >= prompt_length:
                row.append(talking)
                if token == eos:
                    talking = False
            else:
                row.append(False)
        rows.append(row[1:])
    return torch.tensor(rows, dtype=torch.bool).reshape(len(rows), tokens.shape[1] - 1)


def sequence_log_probs(logits, tokens, temperature=1.0):
    wide = logits.double()
    batch, time = tokens.shape
    result = []
    for b in range(batch):
        here = []
        for t in range(time - 1):
            scaled = wide[b, t] / temperature
            here.append(scaled[tokens[b, t + 1]] - torch.logsumexp(scaled, 0))
        result.append(torch.stack(here) if here else wide.new_zeros(0))
    return torch.stack(result)
