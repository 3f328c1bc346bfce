"""Dropout: from a random mask to layers that keep the mean, the second moment, or mean and variance both.

Symbols: `dropout_rate` is the probability p of dropping an element and keep = 1 − p; `mask` is boolean and True where
an element is kept; y = scale · mask · x. Random numbers come from NumPy's global generator, so that `np.random.seed`
makes a page repeatable.

Sources: Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15
(section 4: the mask; section 10: scaling while training); He et al. 2015, "Delving Deep into Rectifiers", equation 10;
Gal & Ghahramani 2016, "Dropout as a Bayesian Approximation", equation 6; Klambauer et al. 2017, "Self-Normalizing
Neural Networks".

Departures: Srivastava et al. write p for the probability of *keeping*, and scale the weights down at test time; here
p is the rate of dropping, and the scale is applied while training, as every library does today.
"""

from typing import Protocol

import numpy as np


class Layer(Protocol):
    """What `mc_dropout` and `accepts_dropout` need of a layer: two modes and a call."""

    def train(self) -> object: ...

    def eval(self) -> object: ...

    def __call__(self, x: np.ndarray) -> np.ndarray: ...


def dropout_mask(shape: tuple[int, ...] | list[int], dropout_rate: float) -> np.ndarray:
    """A boolean array of `shape`, True where an element is kept: independently, with probability keep.

    Each call draws afresh. A rate outside [0, 1) raises ValueError. Srivastava et al. 2014, section 4: r ~ Bernoulli.
    """
    if not 0.0 <= dropout_rate < 1.0:
        raise ValueError(f"dropout_rate must be at least 0 and below 1, not {dropout_rate}")
    # random() lies in [0, 1), so at rate 0 the comparison with 1 keeps every element.
    return np.asarray(np.random.random(shape) < 1.0 - dropout_rate)


class InvertedDropout:
    """Dropout that keeps the mean of its input: E[y] = keep · (1/keep) · E[x] = E[x].

    "Inverted", because the scale is applied while training, so that evaluation needs none (Srivastava et al. 2014,
    section 10).
    """

    def __init__(self, dropout_rate: float = 0.5) -> None:
        if not 0.0 <= dropout_rate < 1.0:
            raise ValueError(f"dropout_rate must be at least 0 and below 1, not {dropout_rate}")
        self.dropout_rate = dropout_rate
        self.training = True

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """A new array of x's shape and dtype."""
        if not self.training:
            return x.copy()
        keep = 1.0 - self.dropout_rate
        mask = np.random.random(x.shape) < keep
        return (x * mask / keep).astype(x.dtype)

    def train(self) -> None:
        self.training = True

    def eval(self) -> None:
        self.training = False


class VarianceStabilizedDropout:
    """Dropout that keeps the second moment of its input: E[y²] = keep · (1/√keep)² · E[x²] = E[x²].

    So it keeps the variance of zero-mean inputs, and of no others: in general Var(y) = Var(x) + p·E[x]², while the mean
    shrinks by √keep (see `dropout_moments`).
    """

    def __init__(self, dropout_rate: float = 0.5) -> None:
        if not 0.0 <= dropout_rate < 1.0:
            raise ValueError(f"dropout_rate must be at least 0 and below 1, not {dropout_rate}")
        self.dropout_rate = dropout_rate
        self.training = True

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """A new array of x's shape and dtype."""
        if not self.training:
            return x.copy()
        keep = 1.0 - self.dropout_rate
        mask = np.random.random(x.shape) < keep
        # np.sqrt gives a float64 scalar, which would turn float32 activations into float64.
        return (x * mask / np.sqrt(keep)).astype(x.dtype)

    def train(self) -> None:
        self.training = True

    def eval(self) -> None:
        self.training = False


def dropout_moments(
    mean: float | np.ndarray, variance: float | np.ndarray, dropout_rate: float, scale: float
) -> tuple[float | np.ndarray, float | np.ndarray]:
    """Mean and variance of y = scale · mask · x, for any x with that mean and variance that is independent of its mask.

    E[y] = keep·scale·E[x], and Var(y) = E[y²] − E[y]² with E[y²] = keep·scale²·E[x²], since mask² = mask.
    """
    keep = 1.0 - dropout_rate
    mean_y = keep * scale * mean
    second_moment_y = keep * scale**2 * (variance + mean**2)
    return mean_y, second_moment_y - mean_y**2


def affine_corrected_dropout(x: np.ndarray, dropout_rate: float, mean: float, variance: float) -> np.ndarray:
    """y = a · mask · x + b, which keeps mean and variance both: a dropped element becomes b, not 0.

    With M = mask · x: E[M] = keep·mean and Var(M) = keep·variance + keep·p·mean² (`dropout_moments` at scale 1).
    Requiring a²·Var(M) = variance and a·E[M] + b = mean gives a and b. Same shape and dtype as x; variance > 0. Alpha
    dropout (Klambauer et al. 2017) is the same correction after dropping to SELU's lowest value instead of 0.
    """
    keep = 1.0 - dropout_rate
    mask = np.random.random(x.shape) < keep
    a = np.sqrt(variance / (keep * variance + keep * dropout_rate * mean**2))
    b = mean * (1.0 - a * keep)
    return (a * mask * x + b).astype(x.dtype)


def dropout_backward(grad_output: np.ndarray, mask: np.ndarray, scale: float) -> np.ndarray:
    """∂loss/∂x for y = scale · mask · x, from grad_output = ∂loss/∂y and the forward pass's mask; all of one shape.

    ∂yᵢ/∂xⱼ is scale·maskᵢ where i = j and 0 elsewhere, so the gradient passes exactly where the activation did.
    """
    return (grad_output * mask * scale).astype(grad_output.dtype)


def second_moment_through_depth(depth: int, dropout_rate: float, scale: float) -> np.ndarray:
    """E[h²]/E[h₀²] after 0, 1, …, depth layers: float64 (depth + 1,).

    A ReLU layer with He's initialisation, ½·fan_in·Var(w) = 1, keeps E[h²] (He et al. 2015, equation 10); the dropout
    after it multiplies E[h²] by keep·scale². Only scale = 1/√keep is stable: 1/keep explodes, 1 dies out.
    """
    ratio = (1.0 - dropout_rate) * scale**2
    return ratio ** np.arange(depth + 1)


def attention_dropout(weights: np.ndarray, dropout_rate: float) -> np.ndarray:
    """Inverted dropout on attention weights (..., query_time, key_time), each weight dropped independently.

    The rows are not normalised again: their sums are 1 in expectation only, which is what `row_sum_std` measures.
    """
    keep = 1.0 - dropout_rate
    mask = np.random.random(weights.shape) < keep
    return weights * mask / keep


def row_sum_std(weights: np.ndarray, dropout_rate: float) -> np.ndarray:
    """The standard deviation of each row's sum after `attention_dropout`: (..., query_time).

    The sum is Σⱼ wⱼ·maskⱼ/keep with independent masks of variance keep·p, so its variance is (p/keep)·Σⱼ wⱼ². For
    uniform weights over T keys the deviation is √(p/(keep·T)).
    """
    keep = 1.0 - dropout_rate
    return np.asarray(np.sqrt(dropout_rate / keep * np.sum(weights**2, axis=-1)))


def mc_dropout(model: "Layer", x: np.ndarray, samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and (population) standard deviation of `samples` outputs of `model` with dropout active, element by element.

    The model has `train()`, `eval()` and `__call__(x)`, and is left in evaluation mode. Gal & Ghahramani 2016, equation
    6: each mask is a draw from an approximate posterior over the weights, so the spread of the outputs is its doubt.
    """
    model.train()
    outputs = np.stack([model(x) for _ in range(samples)])  # (samples, *shape of one output)
    model.eval()
    return outputs.mean(axis=0), outputs.std(axis=0)


def accepts_dropout(layer: "Layer", dropout_rate: float) -> bool:
    """Whether `layer` behaves as inverted dropout at that rate: values, rate, independence and evaluation mode.

    At most 64 calls with at most 100,000 elements in all. A right layer is rejected with a probability below one in a
    million: the share of 5,400 elements strays by 0.05 once in 10¹¹ times (its standard deviation is below 0.007), and
    six independent counts are hardly ever equal.
    """
    x = np.random.standard_normal((30, 30))
    outputs = np.stack([layer(x) for _ in range(6)])  # (calls, rows, columns)
    dropped = outputs == 0.0
    if not np.allclose(outputs, np.where(dropped, 0.0, x / (1.0 - dropout_rate)), rtol=1e-4):
        return False
    if abs(dropped.mean() - dropout_rate) > 0.05:
        return False
    for axis in range(3):  # one mask for all calls, for all rows, or for all columns
        if not np.diff(dropped, axis=axis).any():
            return False
    # Independent draws never give one count six times over; a layer that always drops round(p·n) does.
    if np.ptp(dropped.sum(axis=(1, 2))) == 0:
        return False
    layer.eval()
    return bool(np.allclose(layer(x), x))
