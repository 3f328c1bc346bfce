"""Builds one block of real modules on the meta device and counts their tensors."""


from torch import nn


def block(d):
    with_meta = {"device": "meta"}
    return nn.ModuleList(
        [nn.LayerNorm(d, **with_meta), nn.LayerNorm(d, **with_meta)]
        + [nn.Linear(d, d, **with_meta) for _ in range(4)]
        + [nn.Linear(d, 4 * d, **with_meta), nn.Linear(4 * d, d, **with_meta)]
    )


def numbers(module):
    return sum(p.numel() for p in module.parameters())


def parameter_count(config):
    d = config.d_model
    tables = (config.vocab_size + config.context) * d
    return tables + config.n_layer * numbers(block(d)) + numbers(nn.LayerNorm(d, device="meta"))


def training_flops_per_token(config, time):
    d = config.d_model
    weights = sum(m.weight.numel() for m in block(d) if isinstance(m, nn.Linear))
    attended = config.n_head * 2 * time * (d // config.n_head)
    forward = 2 * (config.n_layer * (weights + attended) + d * config.vocab_size)
    backward = 2 * forward
    return forward + backward
