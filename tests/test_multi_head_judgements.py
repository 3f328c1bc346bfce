"""The judgements of multi-head attention and of rotary positions accept right programs of any design, and no others.

RIGHT holds solutions written independently of the references, WRONG mistakes that no misconception names.
"""

import numpy as np
import pytest
import torch

from autograder.catalog import exercise_named, judgement_of
from autograder.exercises.attention.multi_head_case import LAYERS, Case, by_definition
from autograder.kernel import trusted_submission
from autograder.trial import run_check

SEEDS = range(1, 6)
MULTI_HEAD, ROPE = "attention.multi_head_attention", "attention.rope"

FUSED = """
class MultiHeadAttention(torch.nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head != 0:
            raise ValueError("heads must divide the width")
        self.n_head, self.head_dim = n_head, d_model // n_head
        self.w_in = torch.nn.Parameter(torch.zeros(3, n_head, d_model, self.head_dim))
        self.b_in = torch.nn.Parameter(torch.zeros(3, n_head, 1, self.head_dim))
        self.w_out = torch.nn.Parameter(torch.zeros(n_head, self.head_dim, d_model))
        self.b_out = torch.nn.Parameter(torch.zeros(d_model))
        self.register_buffer("root", torch.tensor(self.head_dim).sqrt())

    def forward(self, query, key, value, mask=None):
        q, k, v = (
            torch.einsum("btd,hde->bhte", x, w) + b
            for x, w, b in zip((query, key, value), self.w_in, self.b_in, strict=True)
        )
        scores = torch.einsum("bhqe,bhke->bhqk", q, k) / self.root
        if mask is not None:
            scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
        powers = torch.exp(scores - scores.detach().amax(-1, keepdim=True))
        if mask is not None:
            powers = powers * mask
        total = powers.sum(-1, keepdim=True)
        weights = powers / torch.where(total > 0, total, torch.ones_like(total))
        return torch.einsum("bhqk,bhke,hed->bqd", weights, v, self.w_out) + self.b_out, weights

    def load_weights(self, weights):
        with torch.no_grad():
            for i, name in enumerate("qkv"):
                self.w_in[i] = weights[f"{name}.weight"].T.unflatten(1, (self.n_head, -1)).transpose(0, 1)
                self.b_in[i] = weights[f"{name}.bias"].view(self.n_head, 1, -1)
            self.w_out.copy_(weights["out.weight"].T.reshape(self.w_out.shape))
            self.b_out.copy_(weights["out.bias"])
"""

LAYER_FOR_EACH_HEAD = """
from torch import nn

class Head(nn.Module):
    def __init__(self, d_model, width):
        super().__init__()
        self.parts = nn.ModuleDict({name: nn.Linear(d_model, width) for name in "qkv"})

    def forward(self, query, key, value, mask):
        q, k, v = (layer(x) for layer, x in zip(self.parts.values(), (query, key, value)))
        scores = torch.bmm(q, k.transpose(1, 2)) / torch.sqrt(torch.tensor(k.size(-1)))
        if mask is None:
            weights = torch.softmax(scores, -1)
        else:
            empty = ~mask.expand(scores.shape).any(-1, keepdim=True)
            weights = torch.softmax(scores.masked_fill(~(mask | empty), float("-inf")), -1)
            weights = weights.masked_fill(empty, 0)
        return torch.bmm(weights, v), weights

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model / n_head != d_model // n_head:
            raise ValueError
        self.heads = nn.ModuleList(Head(d_model, d_model // n_head) for _ in range(n_head))
        self.mix = nn.Linear(d_model, d_model)

    def forward(self, query, key, value, mask=None):
        n = len(self.heads)
        if mask is not None:
            while mask.dim() < 4:
                mask = mask[None]
            mask = mask.expand(-1, n, -1, -1)
        found = [head(query, key, value, None if mask is None else mask[:, h]) for h, head in enumerate(self.heads)]
        return self.mix(torch.cat([o for o, _ in found], 2)), torch.stack([w for _, w in found], 1)

    def load_weights(self, weights):
        for name in "qkv":
            for part in ("weight", "bias"):
                pieces = weights[f"{name}.{part}"].chunk(len(self.heads))
                for head, piece in zip(self.heads, pieces):
                    setattr(head.parts[name], part, nn.Parameter(piece.clone()))
        self.mix.weight.data = weights["out.weight"].clone()
        self.mix.bias.data.copy_(weights["out.bias"])
"""

CONVOLUTIONS = """
class MultiHeadAttention(torch.nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head:
            raise ValueError
        self.n_head = n_head
        self.into, self.out = torch.nn.Conv1d(d_model, 3 * d_model, 1), torch.nn.Conv1d(d_model, d_model, 1)

    def forward(self, query, key, value, mask=None):
        w, b = self.into.weight.chunk(3), self.into.bias.chunk(3)
        q, k, v = (
            torch.conv1d(x.transpose(1, 2), w[i], b[i]).unflatten(1, (self.n_head, -1))
            for i, x in enumerate((query, key, value))
        )  # (batch, heads, head_dim, time)
        scores = (q.transpose(2, 3) / q.shape[2] ** 0.25) @ (k / q.shape[2] ** 0.25)
        if mask is not None:
            hidden = mask.logical_not().broadcast_to(scores.shape)
            scores = scores.masked_fill(hidden, -torch.inf)
            scores = scores.masked_fill(hidden.all(-1, keepdim=True), 0.0)
        scores = scores.float()
        weights = (scores - scores.logsumexp(-1, keepdim=True)).exp().to(v.dtype)
        if mask is not None:
            weights = weights.masked_fill(hidden, 0.0)
        return self.out((v @ weights.transpose(2, 3)).flatten(1, 2)).transpose(1, 2), weights

    @torch.no_grad()
    def load_weights(self, weights):
        self.into.weight.copy_(torch.cat([weights[f"{n}.weight"] for n in "qkv"])[..., None])
        self.into.bias.copy_(torch.cat([weights[f"{n}.bias"] for n in "qkv"]))
        self.out.weight.copy_(weights["out.weight"][..., None])
        self.out.bias.copy_(weights["out.bias"])
"""

COMPLEX = """
def apply_rope(x, positions, base=10000.0):
    *leading, time, head_dim = x.shape
    if head_dim % 2 == 1:
        raise ValueError("odd")
    exponents = -np.arange(head_dim // 2) * 2 / head_dim
    turn = np.exp(1j * np.outer(positions, np.float64(base) ** exponents))
    points = x[..., ::2].astype(complex) + 1j * x[..., 1::2]
    points = points * turn
    return np.stack([points.real, points.imag], -1).reshape(x.shape).astype(x.dtype)
"""

LOOPS = """
import math

def apply_rope(x, positions, base=10000.0):
    if x.shape[-1] & 1:
        raise ValueError
    out = x.copy()
    for t, position in enumerate(positions.tolist()):
        for j in range(0, x.shape[-1], 2):
            angle = position / base ** (j / x.shape[-1])
            rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
            out[..., t, j : j + 2] = np.einsum("ab,...b->...a", rotation, x[..., t, j : j + 2])
    return out
"""

ROTATED_COPY = """
def apply_rope(x, positions, base=10000.0):
    half, odd = divmod(x.shape[-1], 2)
    if odd:
        raise ValueError
    angles = np.repeat(positions[:, np.newaxis] * np.exp(-np.log(base) * np.arange(half) / half), 2, axis=-1)
    swapped = x.reshape(*x.shape[:-1], half, 2)[..., ::-1] * np.array([-1.0, 1.0], dtype=x.dtype)
    cosines, sines = np.cos(angles).astype(x.dtype), np.sin(angles).astype(x.dtype)
    return x * cosines + swapped.reshape(x.shape) * sines
"""

RIGHT = {
    (MULTI_HEAD, "fused parameters and einsum"): FUSED,
    (MULTI_HEAD, "a layer for each head"): LAYER_FOR_EACH_HEAD,
    (MULTI_HEAD, "convolutions"): CONVOLUTIONS,
    (ROPE, "complex numbers"): COMPLEX,
    (ROPE, "loops"): LOOPS,
    (ROPE, "a copy with the pairs swapped"): ROTATED_COPY,
}

WRONG = {
    (MULTI_HEAD, "one head"): (FUSED, "self.n_head, self.head_dim = n", "n_head = 1; self.n_head, self.head_dim = n"),
    (MULTI_HEAD, "queries as values"): (CONVOLUTIONS, "enumerate((query, key, value))", "enumerate((query, key, key))"),
    (MULTI_HEAD, "loads the first weights only"): (
        FUSED,
        "        with torch.no_grad():",
        "        if self.b_out.any(): return\n        with torch.no_grad():",
    ),
    (MULTI_HEAD, "no bias at the end"): (FUSED, ") + self.b_out, weights", "), weights"),
    (MULTI_HEAD, "one more trained number"): (CONVOLUTIONS, "self.n_head = n_head", "self.n_head = n_head\n"
     "        self.temperature = torch.nn.Parameter(torch.ones(1))"),
    (MULTI_HEAD, "weights that are not trained"): (FUSED, "torch.zeros(d_model))", "torch.zeros(d_model), False)"),
    (MULTI_HEAD, "a detached key"): (FUSED, "(query, key, value), self", "(query, key.detach(), value), self"),
    (MULTI_HEAD, "a mask of four axes only"): (LAYER_FOR_EACH_HEAD, "mask = mask[None]", "raise ValueError"),
    (MULTI_HEAD, "a mask without an axis of heads"): (
        LAYER_FOR_EACH_HEAD, "mask = mask[None]", "mask = mask[:, None] if mask.dim() == 3 else mask[None]"
    ),
    (MULTI_HEAD, "sums that overflow"): (FUSED, " - scores.detach().amax(-1, keepdim=True)", ""),
    (MULTI_HEAD, "as many keys as queries"): (FUSED, "    def forward(self, query, key, value, mask=None):",
     "    def forward(self, query, key, value, mask=None):\n        key, value = key[:, :len(query[0])], value"),
    (MULTI_HEAD, "weights in empty rows"): (LAYER_FOR_EACH_HEAD, "weights.masked_fill(empty, 0)", "weights"),
    (ROPE, "values of the first row"): (LOOPS, "x[..., t, j : j + 2])", "x[..., 0, j : j + 2])"),
    (ROPE, "the transposed rotation"): (LOOPS, '"ab,...b->...a"', '"ba,...b->...a"'),
    (ROPE, "full turns"): (COMPLEX, "(1j *", "(2j * np.pi *"),
    (ROPE, "absolute positions"): (COMPLEX, "np.outer(positions", "np.outer(np.abs(positions)"),
    (ROPE, "positions counted from the first"): (COMPLEX, "np.outer(positions", "np.outer(positions - positions[0]"),
    (ROPE, "sorted positions"): (COMPLEX, "np.outer(positions", "np.outer(np.sort(positions)"),
    (ROPE, "angles in single precision"): (ROTATED_COPY, "(-np.log(base) * np.arange(half) / half), 2, axis=-1)",
     "(-np.log(base) * np.arange(half) / half), 2, axis=-1).astype(np.float32)"),
    (ROPE, "an integer base"): (COMPLEX, "np.float64(base)", "np.float64(int(base))"),
    (ROPE, "the last pair left as it was"): (LOOPS, "range(0, x.shape[-1], 2)", "range(0, max(2, x.shape[-1] - 2), 2)"),
    (ROPE, "one leading axis at most"): (COMPLEX, "*leading, time, head_dim", "(*leading, time, head_dim)[-3:]"),
}  # fmt: skip


def failed_seeds(exercise_id, source, seeds=SEEDS):
    exercise = exercise_named(exercise_id)
    cells = [("solution", "import numpy as np\nimport torch\n" + source)]
    submission = trusted_submission(cells, exercise.defines)
    checks = judgement_of(exercise).checks
    return {seed for seed in seeds for check in checks if not run_check(check, submission, seed).passed}


@pytest.mark.parametrize(("exercise_id", "how"), RIGHT)
def test_a_right_program_of_any_design_is_accepted(exercise_id, how):
    assert failed_seeds(exercise_id, RIGHT[exercise_id, how]) == set()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("exercise_id", "how"), WRONG)
def test_a_wrong_program_is_rejected_on_every_seed(exercise_id, how):
    source, old, new = WRONG[exercise_id, how]
    assert source.count(old) == 1
    assert failed_seeds(exercise_id, source.replace(old, new), SEEDS[:3]) == set(SEEDS[:3])


@pytest.mark.parametrize("seed", range(5))
def test_the_oracle_agrees_with_torchs_own_module_whose_mask_is_the_opposite(seed):
    rng = np.random.default_rng(seed)
    case = Case(rng, 8, 2)
    theirs = torch.nn.MultiheadAttention(8, 2, batch_first=True, dtype=torch.float64)
    stacked = {part: torch.cat([case.weights[f"{name}.{part}"] for name in LAYERS[:3]]) for part in ("weight", "bias")}
    state = {f"in_proj_{part}": value for part, value in stacked.items()}
    state |= {f"out_proj.{part}": case.weights[f"out.{part}"] for part in ("weight", "bias")}
    theirs.load_state_dict(state)
    for mask in (None, case.mask(*case.shape[2:])):
        hidden = None if mask is None else ~mask
        got = theirs(*case.inputs, attn_mask=hidden, average_attn_weights=False)
        for a, b in zip(got, by_definition(case.weights, 2, case.inputs, mask), strict=True):
            torch.testing.assert_close(a, b)
