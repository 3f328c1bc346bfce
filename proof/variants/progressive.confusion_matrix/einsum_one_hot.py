"""One-hot rows for both inputs, summed over the examples with einsum."""
import numpy as np


def one_hot(values):
    return np.stack([~values, values], axis=1).astype(np.int64)


def confusion_matrix(labels, predictions):
    rows = one_hot(labels)
    columns = one_hot(predictions)
    return np.einsum("ni,nj->ij", rows, columns)
