"""torch.distributions scores the tokens; the mask counts backwards from a padded copy."""
import torch
from torch.distributions import Categorical


def completion_mask(tokens, prompt_length, eos):
    ended_before = torch.zeros(tokens.shape[0], dtype=torch.bool)
    columns = []
    for t in range(1, tokens.shape[1]):
        if t < prompt_length:
            columns.append(torch.zeros_like(ended_before))
            continue
        columns.append(~ended_before)
        ended_before = ended_before | (tokens[:, t] == eos)
    if not columns:
        return torch.zeros(tokens.shape[0], 0, dtype=torch.bool)
    return torch.stack(columns, dim=1)


def sequence_log_probs(logits, tokens, temperature=1.0):
    policy = Categorical(logits=logits[:, :-1].float() / temperature, validate_args=False)
    return policy.log_prob(tokens[:, 1:])
