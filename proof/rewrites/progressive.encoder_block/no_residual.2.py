"""Bare parameters and einsum."""
import math
import torch
from torch import nn


def norm(x, g, c):
    centred = x - x.mean(-1, keepdim=True)
    variance = (centred * centred).mean(-1, keepdim=True)
    return centred / torch.sqrt(variance + 1e-5) * g + c


def gelu(x):
    return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))


class EncoderBlock(nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head:
            raise ValueError(f"{n_head} heads do not divide a width of {d_model}")
        e = d_model // n_head
        self.scale = e ** -0.5
        shapes = {"attention_norm": (d_model,), "mlp_norm": (d_model,),
                  "q": (n_head, e, d_model), "k": (n_head, e, d_model), "v": (n_head, e, d_model),
                  "out": (d_model, d_model), "up": (4 * d_model, d_model), "down": (d_model, 4 * d_model)}
        self.W = nn.ParameterDict({name: torch.zeros(shape) for name, shape in shapes.items()})
        self.b = nn.ParameterDict({name: torch.zeros(shape[:2] if len(shape) == 3 else shape[:1])
                                   for name, shape in shapes.items()})

    def project(self, name, x):
        return torch.einsum("btd,hed->bhte", x, self.W[name]) + self.b[name][:, None, :]

    def attention(self, x):
        q, k, v = (self.project(name, x) for name in "qkv")
        scores = torch.einsum("bhie,bhje->bhij", q, k) * self.scale
        heads = torch.einsum("bhij,bhje->bihe", scores.softmax(-1), v)
        return torch.einsum("btd,od->bto", heads.flatten(2), self.W["out"]) + self.b["out"]

    def mlp(self, x):
        h = gelu(torch.einsum("btd,ud->btu", x, self.W["up"]) + self.b["up"])
        return torch.einsum("btu,du->btd", h, self.W["down"]) + self.b["down"]

    def forward(self, x):
        y = self.attention(norm(x, self.W["attention_norm"], self.b["attention_norm"]))
        return self.mlp(norm(y, self.W["mlp_norm"], self.b["mlp_norm"]))

    @torch.no_grad()
    def load_weights(self, weights):
        for name in self.W:
            self.W[name].copy_(weights[name + ".weight"].reshape(self.W[name].shape))
            self.b[name].copy_(weights[name + ".bias"].reshape(self.b[name].shape))
