"""All right, but written quite differently, with helper cells of her own."""

# %% solve attention.softmax
def softmax(x, axis=-1):
    moved = np.moveaxis(np.array(x, dtype=np.float64), axis, 0)
    powers = np.exp(np.stack([row - moved.max(axis=0) for row in moved]))
    return np.moveaxis(powers / sum(powers), 0, axis).astype(x.dtype)

# %% solve attention.causal_mask
def causal_mask(time):
    return np.array([[key <= query for key in range(time)] for query in range(time)], dtype=bool).reshape(time, time)

# %% solve attention.scaled_dot_product_attention
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = np.einsum("...id,...jd->...ij", q, k) * k.shape[-1] ** -0.5
    visible = np.broadcast_to(True if mask is None else mask, scores.shape)
    largest = np.max(scores, axis=-1, keepdims=True, where=visible, initial=-np.inf)
    largest = np.where(np.isfinite(largest), largest, 0.0)
    powers = np.where(visible, np.exp(np.minimum(scores - largest, 0.0)), 0.0)
    total = powers.sum(axis=-1, keepdims=True)
    weights = np.divide(powers, total, out=np.zeros_like(powers), where=total > 0)
    return np.einsum("...ij,...jd->...id", weights, v), weights

# %% solve attention.split_and_merge_heads
def split_heads(x, n_head):
    if x.shape[-1] % n_head:
        raise ValueError("the width must be a multiple of the number of heads")
    return np.stack(np.split(x, n_head, axis=-1), axis=1)


def merge_heads(x):
    return np.concatenate([x[:, head] for head in range(x.shape[1])], axis=-1)

# %% solve attention.sinusoidal_positions
def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2:
        raise ValueError("the width must be even")
    turns = np.exp(1j * np.outer(np.arange(time), base ** -(np.arange(0, d_model, 2) / d_model)))
    return np.stack([turns.imag, turns.real], axis=-1).reshape(time, d_model)

# %% add before attention.positional_multi_head_attention
def softmax_of_visible(row, visible):
    """Softmax over the first `visible` entries of a row; the others get no weight."""
    largest = max(row[:visible])
    exponentials = [np.exp(score - largest) for score in row[:visible]]
    return [value / sum(exponentials) for value in exponentials] + [0.0] * (len(row) - visible)

# %% solve attention.positional_multi_head_attention
def positional_multi_head_attention(q, k, v, positions, head_dims):
    widths = np.array(head_dims)
    if any(widths.sum(axis=0) != q.shape[1]):
        raise ValueError("widths do not fit")
    queries, keys, values = (np.add(array, positions) for array in (q, k, v))
    key_ends, value_ends = widths.cumsum(axis=0).T
    heads, weights = [], []
    for (key_dim, value_dim), key_end, value_end in zip(head_dims, key_ends, value_ends):
        scores = np.einsum("id,jd->ij", queries[:, key_end - key_dim : key_end], keys[:, key_end - key_dim : key_end])
        rows = [softmax_of_visible(row, query + 1) for query, row in enumerate(scores * key_dim**-0.5)]
        weights.append(np.array(rows))
        heads.append(np.einsum("ij,jd->id", weights[-1], values[:, value_end - value_dim : value_end]))
    return {
        "position_encoded_queries": queries,
        "attention_weights": weights,
        "head_outputs": heads,
        "output": np.hstack(heads),
    }

# %% add before dropout.mask
# My own generator, so that nothing else in the notebook changes my numbers.
generator = np.random.default_rng()


def checked(rate):
    if rate < 0 or rate >= 1:
        raise ValueError("the rate must be in [0, 1)")
    return rate


# %% solve dropout.mask
def dropout_mask(shape, dropout_rate):
    checked(dropout_rate)
    dropped = generator.binomial(1, dropout_rate, size=tuple(shape))
    return np.equal(dropped, 0)

# %% add before dropout.inverted
class Switchable:
    """What every layer of mine can do."""

    training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False


# %% solve dropout.inverted
class InvertedDropout(Switchable):
    def __init__(self, dropout_rate=0.5):
        self.p = checked(dropout_rate)

    def factor(self):
        return 1 / (1 - self.p)

    def __call__(self, x):
        result = np.array(x)
        if self.training:
            result *= x.dtype.type(self.factor())
            result[~dropout_mask(x.shape, self.p)] = 0
        return result

# %% solve dropout.variance_stabilized
class VarianceStabilizedDropout(InvertedDropout):
    def factor(self):
        return (1 - self.p) ** -0.5

# %% solve dropout.moments
def dropout_moments(mean, variance, dropout_rate, scale):
    # The law of total variance, given the mask: E[Var(y | m)] + Var(E[y | m]).
    kept, dropped = 1 - dropout_rate, dropout_rate
    within = kept * scale**2 * variance
    between = kept * dropped * (scale * mean) ** 2
    return scale * kept * mean, within + between

# %% solve dropout.affine_corrected
def affine_corrected_dropout(x, dropout_rate, mean, variance):
    first, second = dropout_moments(mean, variance, dropout_rate, 1.0)
    a = (variance / second) ** 0.5
    y = a * (np.where(dropout_mask(x.shape, dropout_rate), x, 0) - first) + mean
    return y.astype(x.dtype)

# %% solve dropout.backward
def dropout_backward(grad_output, mask, scale):
    gradient = np.zeros_like(grad_output)
    gradient[mask] = grad_output[mask] * scale
    return gradient

# %% solve dropout.depth
def second_moment_through_depth(depth, dropout_rate, scale):
    moments = [1.0]
    for _ in range(depth):
        moments.append(moments[-1] * scale * scale * (1 - dropout_rate))
    return np.array(moments)

# %% solve dropout.attention
def attention_dropout(weights, dropout_rate):
    return np.where(dropout_mask(weights.shape, dropout_rate), weights / (1 - dropout_rate), 0).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    odds = dropout_rate / (1 - dropout_rate)
    return np.linalg.norm(weights, axis=-1) * odds**0.5

# %% solve dropout.monte_carlo
def mc_dropout(model, x, samples):
    model.train()
    count, mean, squares = 0, 0.0, 0.0
    for _ in range(samples):  # Welford's way: no need to keep the outputs
        output = np.asarray(model(x))
        count += 1
        step = output - mean
        mean = mean + step / count
        squares = squares + step * (output - mean)
    model.eval()
    return mean, np.sqrt(squares / count)

# %% add before dropout.write_the_test
def is_dispersed_as_coins_are(counts, coins, probability):
    """Whether counts of heads among so many coins vary as they should, by Pearson's chi-squared."""
    deviations = (counts - coins * probability) ** 2 / (coins * probability * (1 - probability))
    return abs(deviations.sum() - deviations.size) < 5 * np.sqrt(2 * deviations.size)


# %% solve dropout.write_the_test
def accepts_dropout(layer, dropout_rate):
    keep = 1 - dropout_rate
    x = generator.uniform(1, 2, size=(40, 40))
    layer.train()
    outputs = np.array([layer(x) for _ in range(40)])
    kept = outputs != 0
    if not np.allclose(outputs * keep, kept * x, rtol=1e-4, atol=0):
        return False
    if abs(kept.mean() - keep) > 5 * np.sqrt(keep * dropout_rate / kept.size):
        return False
    if len(set(kept.sum(axis=(1, 2)))) == 1:
        return False
    if not all(is_dispersed_as_coins_are(kept.sum(axis=axis), 40, keep) for axis in range(3)):
        return False
    layer.eval()
    return np.allclose(layer(x), x)
