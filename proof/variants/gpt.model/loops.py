"""Plain loops over positions and heads, matrices stored transposed, and everything by its formula."""
import math
from dataclasses import dataclass
import torch
from torch import nn
@dataclass(frozen=True)
class GPTConfig:
    vocab_size: int = 50257
    context: int = 1024
    n_layer: int = 12
    n_head: int = 12
    d_model: int = 768
    def __post_init__(self):
        if self.n_head * self.head_dim != self.d_model:
            raise ValueError("d_model is no multiple of n_head")
    @property
    def head_dim(self):
        return self.d_model // self.n_head
class LayerCache:
    def __init__(self, config, batch, like):
        nothing = like.new_empty(batch, config.n_head, 0, config.head_dim)
        self.past, self.keys, self.values = 0, [nothing], [nothing]
    def extended(self, k, v):
        self.keys.append(k.clone())
        self.values.append(v.clone())
        self.past += k.shape[2]
        return torch.cat(self.keys, dim=2), torch.cat(self.values, dim=2)
def wide(x):
    return x.to(torch.promote_types(x.dtype, torch.float32))
def normalised(x, weight, bias):
    y = wide(x) - wide(x).mean(dim=-1, keepdim=True)
    return (y / (y.square().mean(dim=-1, keepdim=True) + 1e-5).sqrt()).to(x.dtype) * weight + bias
def gelu(x):
    a = wide(x)
    return (a / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (a + 0.044715 * a**3)))).to(x.dtype)

class GPT(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config, d = config, config.d_model
        shapes = {"tokens": (config.vocab_size, d), "positions": (config.context, d)}
        sizes = {f"attention.{name}": (d, d) for name in ("q", "k", "v", "out")}
        sizes |= {"up": (d, 4 * d), "down": (4 * d, d)}
        for b in range(config.n_layer):
            for name, (inputs, outputs) in sizes.items():
                shapes |= {f"blocks.{b}.{name}.weight": (inputs, outputs), f"blocks.{b}.{name}.bias": (outputs,)}
        norms = [f"blocks.{b}.{part}_norm" for b in range(config.n_layer) for part in ("attention", "mlp")]
        for name in ["norm", *norms]:
            shapes |= {f"{name}.weight": (d,), f"{name}.bias": (d,)}
        self.numbers, self.place = nn.ParameterList(), {name: i for i, name in enumerate(shapes)}
        for name, shape in shapes.items():
            std = 0.02 / math.sqrt(2 * config.n_layer) if name.endswith(("out.weight", "down.weight")) else 0.02
            fixed = torch.zeros(shape) if name.endswith("bias") else torch.ones(shape)
            self.numbers.append(nn.Parameter(torch.randn(shape) * std if len(shape) == 2 else fixed))
    def both(self, name):
        return self.numbers[self.place[name + ".weight"]], self.numbers[self.place[name + ".bias"]]
    def linear(self, x, name):
        weight, bias = self.both(name)
        return x @ weight + bias
    def attention(self, x, name, cache):
        q, k, v = (self.linear(x, name + part).unflatten(2, (self.config.n_head, -1)).transpose(1, 2) for part in "qkv")
        past, (k, v) = (0, (k, v)) if cache is None else (cache.past, cache.extended(k, v))
        rows = []
        for t in range(x.shape[1]):
            heads = []
            for h in range(self.config.n_head):
                seen = k[:, h, : past + t + 1] @ q[:, h, t, :, None] / math.sqrt(self.config.head_dim)
                heads.append((seen.softmax(dim=1) * v[:, h, : past + t + 1]).sum(dim=1))
            rows.append(torch.cat(heads, dim=1))
        return self.linear(torch.stack(rows, dim=1), name + "out")
    def forward(self, tokens, cache=None):
        past = 0 if cache is None else cache[0].past
        if past + tokens.shape[1] > self.config.context:
            raise ValueError("too long a text")
        embedding, positions = self.numbers[0], self.numbers[1]
        x = torch.stack([embedding[tokens[:, t]] + positions[past + t] for t in range(tokens.shape[1])], dim=1)
        for b in range(self.config.n_layer):
            name = f"blocks.{b}."
            read = normalised(x, *self.both(name + "attention_norm"))
            x = x + self.attention(read, name + "attention.", None if cache is None else cache[b])
            hidden = gelu(self.linear(normalised(x, *self.both(name + "mlp_norm")), name + "up"))
            x = x + self.linear(hidden, name + "down")
        return torch.stack([normalised(x[:, t], *self.both("norm")) @ embedding.T for t in range(x.shape[1])], dim=1)
    def new_cache(self, batch):
        return [LayerCache(self.config, batch, self.numbers[0]) for _ in range(self.config.n_layer)]
    @torch.no_grad()
    def load_weights(self, weights):
        for name, i in self.place.items():
            linear = self.numbers[i].ndim == 2 and name.startswith("blocks.")
            self.numbers[i].copy_(weights[name].T if linear else weights[name])
