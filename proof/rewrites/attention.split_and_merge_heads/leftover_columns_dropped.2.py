"""Cut to the used columns, reshape and swapaxes."""


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    head_dim = d_model // n_head
    used = x[:, :, :n_head * head_dim]
    return used.reshape(batch, time, n_head, head_dim).swapaxes(1, 2)


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    parts = x.swapaxes(1, 2)
    return parts.reshape(batch, time, n_head * head_dim)
