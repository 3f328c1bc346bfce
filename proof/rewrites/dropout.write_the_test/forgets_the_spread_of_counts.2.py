"""Loop; each call's count must lie within 5 deviations."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    keep = 1 - dropout_rate
    n = 60 * 30
    sd = (n * dropout_rate * keep) ** 0.5
    last = None
    for call in range(16):
        x = np.random.uniform(-2, -1, (60, 30)).astype("float32" if call < 8 else "float64")
        layer.train()
        y = layer(x)
        if y.shape != x.shape or y.dtype != x.dtype:
            return False
        gone = y == 0
        if abs(int(gone.sum()) - n * dropout_rate) > 5 * sd:
            return False
        if not np.allclose(y[~gone], x[~gone] / keep, rtol=1e-4):
            return False
        if all((row == gone[0]).all() for row in gone) or all(row.all() or not row.any() for row in gone):
            return False
        if last is not None and (gone == last).all():
            return False
        last = gone
        layer.eval()
        if not np.allclose(layer(x), x, rtol=1e-4):
            return False
    return True
