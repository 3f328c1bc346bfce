"""a double loop that skips what is not content"""
import torch


def sft_loss(logits, tokens, mask):
    eos = 2
    losses = []
    for i, (text, keep) in enumerate(zip(tokens.tolist(), mask.tolist())):
        for t, kept in enumerate(keep):
            target = text[t + 1]
            if not kept or target == eos:
                continue
            log_p = torch.log_softmax(logits[i, t], dim=0, dtype=torch.float32)
            losses.append(-log_p[target])
    if not losses:
        return torch.zeros((), device=logits.device)
    return torch.stack(losses).mean()
