"""Two hundred small calls in a loop."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    keep = 1 - dropout_rate
    counts, last = [], None
    equal_rows = whole_rows = 0
    for _ in range(200):
        x = np.random.uniform(1, 2, (12, 20))
        y = layer(x)
        if y.shape != x.shape or y.dtype != x.dtype:
            return False
        gone = y == 0
        if np.abs(y[~gone] * keep - x[~gone]).max(initial=0) > 1e-4:
            return False
        if last is not None and (gone == last).all():
            return False
        last = gone
        equal_rows += (gone == gone[0]).all()
        whole_rows += (gone == gone[:, :1]).all()
        counts.append(int(gone.sum()))
    sd = (200 * 240 * dropout_rate * keep) ** 0.5
    if len(set(counts)) == 1 or equal_rows > 2 or whole_rows > 2:
        return False
    layer.eval()
    return bool(np.allclose(layer(x), x) and abs(sum(counts) - 48000 * dropout_rate) < 4.5 * sd)
