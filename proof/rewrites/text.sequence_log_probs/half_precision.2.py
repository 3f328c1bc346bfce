"""mask: double loop with break; log-probs: shifted logsumexp, float at the end"""
import torch


def sequence_log_probs(logits, tokens, temperature=1.0):
    z = logits[:, :-1] / temperature
    z = z - z.amax(-1, keepdim=True).detach()
    picked = torch.take_along_dim(z, tokens[:, 1:].unsqueeze(-1), dim=-1).squeeze(-1)
    result = picked - z.exp().sum(-1).log()
    return result.to(torch.promote_types(result.dtype, torch.float32))


def completion_mask(tokens, prompt_length, eos):
    batch, time = tokens.shape
    mask = torch.zeros(batch, time - 1, dtype=torch.bool)
    for b in range(batch):
        for t in range(prompt_length, time):
            mask[b, t - 1] = True
            if tokens[b, t] == eos:
                break
    return mask
