"""Plain loops over batch, head and query; each softmax sees the visible keys only."""
import torch


class MultiHeadAttention(torch.nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head != 0:
            raise ValueError("d_model must be divisible by n_head")
        self.n_head, self.head_dim = n_head, d_model // n_head
        self.q = torch.nn.Linear(d_model, d_model)
        self.k = torch.nn.Linear(d_model, d_model)
        self.v = torch.nn.Linear(d_model, d_model)
        self.out = torch.nn.Linear(d_model, d_model)

    def forward(self, query, key, value, mask=None):
        q, k, v = self.q(query), self.k(key), self.v(value)
        shape = (q.shape[0], self.n_head, q.shape[1], k.shape[1])
        seen = torch.ones(shape, dtype=torch.bool) if mask is None else mask.expand(shape)
        results, tables = [], []
        for b in range(shape[0]):
            for h in range(self.n_head):
                own = slice(h * self.head_dim, (h + 1) * self.head_dim)
                for t in range(shape[2]):
                    scores = k[b, :, own] @ q[b, t, own] / self.head_dim ** 0.5
                    row = torch.zeros_like(scores)
                    row[seen[b, h, t]] = torch.softmax(scores[seen[b, h, t]], dim=0)
                    tables.append(row)
                    results.append(row @ v[b, :, own])
        weights = torch.stack(tables).reshape(shape)
        heads = torch.stack(results).reshape(shape[:3] + (self.head_dim,))
        return self.out(torch.cat(list(heads.unbind(1)), dim=-1)), weights

    def load_weights(self, weights):
        self.load_state_dict(weights)
