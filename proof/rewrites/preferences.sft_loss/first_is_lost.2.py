"""both ends of a prediction have to be kept"""
import torch


def sft_loss(logits, tokens, mask):
    losses = []
    batch, time = mask.shape
    for i in range(batch):
        for t in range(1, time):
            reads_answer = mask[i, t - 1]
            writes_answer = mask[i, t]
            if reads_answer and writes_answer:
                log_p = torch.log_softmax(logits[i, t].float(), dim=-1)
                losses.append(-log_p[tokens[i, t + 1]])
    if len(losses) == 0:
        return torch.zeros((), dtype=torch.float32, device=logits.device)
    return sum(losses) / len(losses)
