"""One kept token after another, each by its own log-sum-exp."""
import torch


def sft_loss(logits, tokens, mask):
    total, kept = torch.zeros(()), 0
    for text in range(tokens.shape[0]):
        for t in range(tokens.shape[1] - 1):
            if mask[text, t]:
                row = logits[text, t].float()
                total = total + torch.logsumexp(row, dim=0) - row[tokens[text, t + 1]]
                kept += 1
    return total / kept if kept else total + 0.0
