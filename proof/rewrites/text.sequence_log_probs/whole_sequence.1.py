"""mask: double loop with break; log-probs: gather and sum"""
import torch


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    mask = torch.zeros(batch, time - 1, dtype=torch.bool)
    for b in range(batch):
        for t in range(prompt_length, time):
            mask[b, t - 1] = True
            if tokens[b, t] == eos:
                break
    return mask


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32)) / temperature
    log_p = torch.log_softmax(x, -1)
    return log_p.gather(2, tokens[:, 1:, None]).squeeze(2).sum(dim=1)
