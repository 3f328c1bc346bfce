"""The first `time` rows of the positions, for every piece."""
import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

@dataclass(frozen=True)
class GPTConfig:
    vocab_size: int = 50257
    context: int = 1024
    n_layer: int = 12
    n_head: int = 12
    d_model: int = 768
    def __post_init__(self):
        if self.d_model % self.n_head:
            raise ValueError("n_head must divide d_model")
    @property
    def head_dim(self):
        return self.d_model // self.n_head

class LayerCache:
    def __init__(self, config, batch, like):
        self.keys = like.new_zeros(batch, config.n_head, 0, config.head_dim)
        self.values = like.new_zeros(batch, config.n_head, 0, config.head_dim)
    @property
    def past(self):
        return self.keys.shape[2]
    def extended(self, k, v):
        self.keys = torch.cat([self.keys, k], dim=2)
        self.values = torch.cat([self.values, v], dim=2)
        return self.keys, self.values

class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads = (config.n_head, config.head_dim)
        self.q, self.k, self.v, self.out = (nn.Linear(config.d_model, config.d_model) for _ in range(4))
    def forward(self, x, cache):
        time = x.shape[1]
        q, k, v = (f(x).unflatten(2, self.heads).transpose(1, 2) for f in (self.q, self.k, self.v))
        if cache is not None:
            k, v = cache.extended(k, v)
        scores = q @ k.transpose(2, 3) / math.sqrt(self.heads[1])
        total = k.shape[2]
        future = torch.ones(time, total, dtype=torch.bool, device=x.device).triu(total - time + 1)
        scores = scores.masked_fill(future, -math.inf)
        return self.out((scores.softmax(dim=-1) @ v).transpose(1, 2).flatten(2))

class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm, self.mlp_norm = nn.LayerNorm(config.d_model), nn.LayerNorm(config.d_model)
        self.attention = Attention(config)
        self.up = nn.Linear(config.d_model, 4 * config.d_model)
        self.down = nn.Linear(4 * config.d_model, config.d_model)
    def forward(self, x, cache):
        x = x + self.attention(self.attention_norm(x), cache)
        return x + self.down(F.gelu(self.up(self.mlp_norm(x)), approximate="tanh"))

class GPT(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.tokens = nn.Parameter(torch.empty(config.vocab_size, config.d_model))
        self.positions = nn.Parameter(torch.empty(config.context, config.d_model))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.n_layer))
        self.norm = nn.LayerNorm(config.d_model)
        for name, parameter in self.named_parameters():
            if name.endswith(".bias"):
                nn.init.zeros_(parameter)
            elif name.endswith(("out.weight", "down.weight")):
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * config.n_layer))
            elif parameter.ndim == 2:
                nn.init.normal_(parameter, std=0.02)
    def forward(self, tokens, cache=None):
        past, time = 0 if cache is None else cache[0].past, tokens.shape[1]
        if past + time > self.config.context:
            raise ValueError("the text is longer than the context")
        x = self.tokens[tokens] + self.positions[:time]
        for i, block in enumerate(self.blocks):
            x = block(x, None if cache is None else cache[i])
        return self.norm(x) @ self.tokens.T
    def new_cache(self, batch):
        return [LayerCache(self.config, batch, self.tokens) for _ in self.blocks]
    @torch.no_grad()
    def load_weights(self, weights):
        for name, parameter in self.named_parameters():
            parameter.copy_(weights[name])
