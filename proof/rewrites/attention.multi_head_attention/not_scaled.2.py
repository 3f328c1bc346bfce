"""A loop over the heads, with bmm."""
import torch


class MultiHeadAttention(torch.nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head > 0:
            raise ValueError("every head needs the same width")
        self.n_head = n_head
        self.layers = torch.nn.ModuleDict({n: torch.nn.Linear(d_model, d_model) for n in ("q", "k", "v", "out")})

    def attend(self, q, k, v, hidden):
        scores = torch.bmm(q, k.mT)
        scores = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
        weights = torch.softmax(scores, -1).masked_fill(hidden, 0)
        return torch.bmm(weights, v), weights

    def forward(self, query, key, value, mask=None):
        shape = (query.shape[0], self.n_head, query.shape[1], key.shape[1])
        if mask is None:
            mask = torch.ones(shape, dtype=torch.bool, device=query.device)
        hidden = mask.logical_not().expand(shape)
        qs = self.layers["q"](query).chunk(self.n_head, dim=-1)
        ks = self.layers["k"](key).chunk(self.n_head, dim=-1)
        vs = self.layers["v"](value).chunk(self.n_head, dim=-1)
        mixed, weights = [], []
        for h in range(self.n_head):
            y, w = self.attend(qs[h], ks[h], vs[h], hidden[:, h])
            mixed.append(y)
            weights.append(w)
        return self.layers["out"](torch.cat(mixed, dim=-1)), torch.stack(weights, dim=1)

    def load_weights(self, weights):
        self.layers.load_state_dict(weights)
