"""torch.multinomial on a matrix of rows."""

import torch


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature == 0:
        return logits.argmax(dim=-1)
    vocab = logits.shape[-1]
    scaled = logits / temperature
    probabilities = scaled.softmax(dim=-1).reshape(-1, vocab)
    tokens = torch.multinomial(probabilities, 1, generator=generator)
    return tokens.reshape(logits.shape[:-1])
