"""One reshape each."""


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    head_dim = d_model // n_head
    return x.reshape(batch, n_head, time, head_dim)


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    d_model = n_head * head_dim
    return x.reshape(batch, time, d_model)
