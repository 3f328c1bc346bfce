"""nn.Linear layers, heads by reshape and transpose."""
import math
import torch
from torch import nn
from torch.nn import functional as F


class EncoderBlock(nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head != 0:
            raise ValueError("d_model is not divisible by n_head")
        self.n_head = n_head
        self.attention_norm = nn.LayerNorm(d_model)
        self.mlp_norm = nn.LayerNorm(d_model)
        self.q, self.k, self.v, self.out = (nn.Linear(d_model, d_model) for _ in range(4))
        self.up = nn.Linear(d_model, 4 * d_model)
        self.down = nn.Linear(4 * d_model, d_model)

    def split(self, x):
        return x.reshape(x.shape[0], x.shape[1], self.n_head, -1).transpose(1, 2)

    def attention(self, x):
        q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        heads = torch.softmax(scores, dim=-2) @ v
        return self.out(heads.transpose(1, 2).reshape(x.shape))

    def mlp(self, x):
        return self.down(F.gelu(self.up(x)))

    def forward(self, x):
        y = x + self.attention(self.attention_norm(x))
        return y + self.mlp(self.mlp_norm(y))

    def load_weights(self, weights):
        self.load_state_dict(weights)
