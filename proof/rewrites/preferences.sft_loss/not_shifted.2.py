"""everything about token t + 1, by row and column numbers"""
import torch


def sft_loss(logits, tokens, mask):
    rows, columns = mask.nonzero(as_tuple=True)
    if len(rows) == 0:
        return logits.new_zeros((), dtype=torch.float32)
    columns = columns + 1
    log_p = logits[rows, columns].float().log_softmax(dim=-1)
    right = log_p.gather(1, tokens[rows, columns].unsqueeze(1))
    return -right.mean()
