"""random.choices for each row"""
import random

import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    rows = softmax(logits).reshape(-1, logits.shape[-1])
    n = rows.shape[1]
    picks = [random.choices(range(n), weights=row.tolist())[0] for row in rows]
    return np.array(picks, dtype=np.int64).reshape(logits.shape[:-1])
