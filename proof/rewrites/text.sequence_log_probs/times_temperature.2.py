"""mask: double loop with break; log-probs: shifted logsumexp, loop over rows"""
import torch


def scaled(logits, temperature):
    return torch.mul(logits.double(), temperature)


def sequence_log_probs(logits, tokens, temperature=1.0):
    out = []
    for z, ids in zip(scaled(logits[:, :-1], temperature), tokens[:, 1:]):
        z = z - z.amax(1, keepdim=True).detach()
        out.append(z.gather(1, ids[:, None]).squeeze(1) - z.logsumexp(1))
    return torch.stack(out)


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    mask = torch.zeros(batch, time - 1, dtype=torch.bool)
    for b in range(batch):
        for t in range(prompt_length, time):
            mask[b, t - 1] = True
            if tokens[b, t] == eos:
                break
    return mask
