"""Closed form, one name for each part."""


def parameter_count(config):
    d = config.d_model
    tokens = config.vocab_size * d
    positions = config.context * d
    attention = 4 * (d * d + d)
    mlp = (d * 4 * d + 4 * d) + (4 * d * d + d)
    norms = 2 * (d + d)
    final_norm = d + d
    blocks = config.n_layer * (attention + mlp + norms)
    return tokens + positions + blocks + final_norm


def training_flops_per_token(config, time):
    d = config.d_model
    attention = 4 * d * d
    mlp = 8 * d * d
    scores = 2 * time * time * d
    logits = config.vocab_size * d
    forward = 2 * (config.n_layer * (attention + mlp + scores) + logits)
    return 3 * forward
