"""log-probabilities read at kept positions with an offset"""
import torch

OFFSET = 2


def sft_loss(logits, tokens, mask):
    steps = mask.shape[1]
    rows, columns = torch.where(mask[:, : steps + 1 - OFFSET])
    log_p = logits[rows, columns].float().log_softmax(dim=1)
    targets = tokens[rows, columns + OFFSET]
    nll = -log_p.gather(1, targets[:, None])[:, 0]
    return nll.sum() / max(nll.shape[0], 1)
