"""One reshape of the last axis."""


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    head_dim = d_model // n_head
    return x.reshape(batch, time, n_head, head_dim)


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, time, n_head * head_dim)
