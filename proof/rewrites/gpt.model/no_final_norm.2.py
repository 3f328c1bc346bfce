"""There is no norm after the blocks at all."""
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
        if self.d_model % self.n_head != 0:
            raise ValueError(f"{self.n_head} heads do not divide {self.d_model}")
    @property
    def head_dim(self):
        return self.d_model // self.n_head

class LayerCache:
    def __init__(self, config, batch, like):
        self.past = 0
        self.both = like.new_empty(2, batch, config.n_head, 0, config.head_dim)
    def extended(self, k, v):
        self.past += k.shape[2]
        self.both = torch.cat([self.both, torch.stack([k, v])], dim=3)
        return self.both[0], self.both[1]

def draw(layer, std=0.02):
    if isinstance(layer, (nn.Linear, nn.Embedding)):
        nn.init.normal_(layer.weight, std=std)
    if isinstance(layer, nn.Linear):
        nn.init.zeros_(layer.bias)

class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        d, self.n_head = config.d_model, config.n_head
        self.attention_norm, self.mlp_norm = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
    def attend(self, x, cache):
        q, k, v = self.qkv(x).unflatten(2, (3, self.n_head, -1)).permute(2, 0, 3, 1, 4)
        if cache is not None:
            k, v = cache.extended(k, v)
        scores = torch.einsum("bhqd,bhkd->bhqk", q, k) * q.shape[3] ** -0.5
        places = torch.arange(k.shape[2], device=x.device)
        seen = places <= places[-q.shape[2] :, None]
        weights = scores.masked_fill(~seen, -math.inf).softmax(dim=3)
        return self.out(torch.einsum("bhqk,bhkd->bqhd", weights, v).flatten(2))
    def forward(self, x, cache):
        x = x + self.attend(self.attention_norm(x), cache)
        hidden = F.gelu(self.up(self.mlp_norm(x)), approximate="tanh")
        return x + self.down(hidden)

class GPT(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config, d = config, config.d_model
        self.tokens, self.positions = nn.Embedding(config.vocab_size, d), nn.Embedding(config.context, d)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.n_layer)])
        self.apply(draw)
        for block in self.blocks:
            draw(block.out, 0.02 / math.sqrt(2 * config.n_layer))
            draw(block.down, 0.02 / math.sqrt(2 * config.n_layer))
    def forward(self, tokens, cache=None):
        caches = [None] * self.config.n_layer if cache is None else cache
        start = 0 if cache is None else cache[0].past
        end = start + tokens.shape[1]
        if end > self.config.context:
            raise ValueError(f"{end} positions, but a context of {self.config.context}")
        x = self.tokens(tokens) + self.positions(torch.arange(start, end, device=tokens.device))
        for block, layer_cache in zip(self.blocks, caches):
            x = block(x, layer_cache)
        return torch.einsum("btd,vd->btv", x, self.tokens.weight)
    def new_cache(self, batch):
        return [LayerCache(self.config, batch, self.tokens.weight) for _ in range(self.config.n_layer)]
    @torch.no_grad()
    def load_weights(self, weights):
        self.tokens.weight.copy_(weights["tokens"])
        self.positions.weight.copy_(weights["positions"])
        for part in ("weight", "bias"):
            for i, block in enumerate(self.blocks):
                qkv = [weights[f"blocks.{i}.attention.{name}.{part}"] for name in "qkv"]
                getattr(block.qkv, part).copy_(torch.cat(qkv))
                for name in ("attention_norm", "attention.out", "mlp_norm", "up", "down"):
                    layer = getattr(block, name.split(".")[-1])
                    getattr(layer, part).copy_(weights[f"blocks.{i}.{name}.{part}"])
