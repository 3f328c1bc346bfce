"""nn.Linear layers; heads by chunk."""
import math
import torch
from torch import nn
from torch.nn import functional as F


class EncoderBlock(nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        self.n_head = n_head
        self.attention_norm = nn.LayerNorm(d_model)
        self.mlp_norm = nn.LayerNorm(d_model)
        self.q, self.k, self.v, self.out = (nn.Linear(d_model, d_model) for _ in range(4))
        self.up = nn.Linear(d_model, 4 * d_model)
        self.down = nn.Linear(4 * d_model, d_model)

    def attention(self, x):
        heads = []
        for q, k, v in zip(*(layer(x).chunk(self.n_head, dim=-1) for layer in (self.q, self.k, self.v))):
            scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
            heads.append(torch.softmax(scores, dim=-1) @ v)
        return self.out(torch.cat(heads, dim=-1))

    def mlp(self, x):
        return self.down(F.gelu(self.up(x)))

    def forward(self, x):
        y = x + self.attention(self.attention_norm(x))
        return y + self.mlp(self.mlp_norm(y))

    def load_weights(self, weights):
        self.load_state_dict(weights)
