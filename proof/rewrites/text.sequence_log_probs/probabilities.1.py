"""mask: exclusive cumsum; log-probs: softmax and gather"""
import torch


def completion_mask(tokens, prompt_length, eos):
    completion = tokens[:, prompt_length:]
    ends = (completion == eos).long()
    before = ends.cumsum(1) - ends
    prompt = torch.zeros(tokens.shape[0], prompt_length - 1, dtype=torch.bool, device=tokens.device)
    return torch.cat([prompt, before == 0], dim=1)


def sequence_log_probs(logits, tokens, temperature=1.0):
    x = logits[:, :-1].to(torch.promote_types(logits.dtype, torch.float32))
    p = torch.softmax(x / temperature, dim=-1)
    return p.gather(2, tokens[:, 1:].unsqueeze(2)).squeeze(2)
