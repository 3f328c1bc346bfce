"""Judgement of `gpt.model`: GPT-2's architecture and initialisation (Radford et al. 2019, sections 2.2 and 2.3).

Symbols: the stream `x` (batch, time, d_model); the weights of the statement's table, by name. How a submission cuts its
parameters is free. Loading 0, 1, 2, … as weights shows where each of them went, and so what the parameter at that place
began as, and which gradient it gets.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, frequency, holds, identical, raises
from autograder.submission import Remote, Submission

from .model_misconceptions import add_misconceptions

model = Judgement(
    "gpt.model",
    hints=(
        "Follow one token: which row of which matrix does it become, what is added to it on its way through the "
        "blocks, and what is it compared with at the end?",
        "`nn.Embedding(vocab_size, d_model).weight` is a matrix (vocab_size, d_model). A linear layer without bias, "
        "from d_model to vocab_size, has a weight of the same shape. There need not be two.",
        "2 · n_layer parts write into the stream: the last matrix of each attention (`out`) and of each MLP (`down`). "
        "Those are drawn with a standard deviation of 0.02 / √(2 · n_layer), everything else with 0.02. Overwrite "
        "what torch has drawn, and set every bias to 0.",
        "forward: `x = self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]`, then the blocks one after the "
        "other, then the last norm, then `F.linear(x, self.tokens.weight)`. load_weights: under "
        "`with torch.no_grad()`, copy each named tensor into its parameter with `copy_`.",
    ),
)
Config = dict[str, int]
Weights = dict[str, Tensor]
DTYPES = {torch.float32: "float", torch.float64: "double", torch.bfloat16: "bfloat16"}


def shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """The shape of every weight, by its name."""
    width = config["d_model"]
    found: dict[str, tuple[int, ...]] = {"tokens": (config["vocab_size"], width)}
    found |= {"positions": (config["context"], width), "norm.weight": (width,), "norm.bias": (width,)}
    for layer in range(config["n_layer"]):
        sizes = {f"attention.{name}": (width, width) for name in ("q", "k", "v", "out")}
        sizes |= {"up": (4 * width, width), "down": (width, 4 * width)}
        for name, size in sizes.items():
            found |= {f"blocks.{layer}.{name}.weight": size, f"blocks.{layer}.{name}.bias": size[:1]}
        for name in ("attention_norm", "mlp_norm"):
            found |= {f"blocks.{layer}.{name}.{part}": (width,) for part in ("weight", "bias")}
    return found


def cut(numbers: Tensor, config: Config) -> Weights:
    """A vector of all weights, cut into the named ones."""
    sizes = shapes(config)
    parts = numbers.split([math.prod(shape) for shape in sizes.values()])
    return {name: part.view(shape) for (name, shape), part in zip(sizes.items(), parts, strict=True)}


def count(config: Config) -> int:
    return sum(math.prod(shape) for shape in shapes(config).values())


def draw(rng: np.random.Generator, dtype: torch.dtype = torch.float64, n_layer: int = 2) -> tuple[Config, Weights]:
    """A small configuration whose sizes all differ, and weights of which each one matters."""
    n_head, head_dim = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    width = n_head * head_dim
    others = rng.permutation([size for size in range(6, 14) if size != width])
    config = {"vocab_size": int(others[0]), "context": int(others[1])}
    config |= {"n_layer": n_layer, "n_head": n_head, "d_model": width}
    weights = cut(torch.from_numpy(rng.standard_normal(count(config))), config)
    for name, value in weights.items():
        if name.endswith("norm.weight"):
            value.mul_(0.3).add_(1.0)
        elif value.dim() == 2 and name.startswith("blocks"):
            value.mul_(value.shape[1] ** -0.5)
    return config, {name: value.to(dtype) for name, value in weights.items()}


def draw_tokens(rng: np.random.Generator, config: Config, batch: int, time: int) -> Tensor:
    return torch.from_numpy(rng.integers(0, config["vocab_size"], size=(batch, time)))


def by_definition(weights: Weights, tokens: Tensor, config: Config) -> Tensor:
    """The logits by the statement's formulas, in double precision, one head at a time."""
    weights = {name: value.double() for name, value in weights.items()}

    def norm(name: str, x: Tensor) -> Tensor:
        centred = x - x.mean(-1, keepdim=True)
        scaled = centred / (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt()
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(name: str, x: Tensor) -> Tensor:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    time, head_dim = tokens.shape[1], config["d_model"] // config["n_head"]
    x = weights["tokens"][tokens] + weights["positions"][:time]
    for block in (f"blocks.{layer}" for layer in range(config["n_layer"])):
        read = norm(f"{block}.attention_norm", x)
        q, k, v = (linear(f"{block}.attention.{name}", read).split(head_dim, dim=-1) for name in "qkv")
        heads = []
        for head in range(config["n_head"]):
            scores = q[head] @ k[head].mT / math.sqrt(head_dim)
            future = torch.triu(torch.full_like(scores, -math.inf), diagonal=1)
            heads.append((scores + future).softmax(-1) @ v[head])
        x = x + linear(f"{block}.attention.out", torch.cat(heads, -1))
        inner = linear(f"{block}.up", norm(f"{block}.mlp_norm", x))
        gelu = 0.5 * inner * (1 + torch.tanh(math.sqrt(2 / math.pi) * (inner + 0.044715 * inner**3)))
        x = x + linear(f"{block}.down", gelu)
    return norm("norm", x) @ weights["tokens"].T


def built(s: Submission, config: Config, weights: Weights | None = None) -> Remote:
    """A model of the submission's, with the judge's weights and in their dtype if there are any."""
    gpt = s.build("GPT", s.build("GPTConfig", **config))
    if weights is not None:
        gpt.tell(DTYPES[weights["tokens"].dtype])
        gpt.tell("load_weights", weights)
    return gpt


def parameters(s: Submission, gpt: Remote) -> Tensor:
    """Every number that the model learns, as one vector."""
    vector: Tensor = s.library("torch.nn.utils").call("parameters_to_vector", gpt.build("parameters"))
    return vector


def compared(where: str, got: Tensor, weights: Weights, tokens: Tensor, config: Config) -> Iterator[Observation]:
    """The logits beside the definition, in the dtype of the weights."""
    dtype = weights["tokens"].dtype
    yield identical(f"the dtype of the logits {where}", str(getattr(got, "dtype", "")), str(dtype))
    expected = by_definition(weights, tokens, config)
    yield close(f"the logits {where}", got, expected, roundings=20 * config["n_layer"], precision=dtype)


@model.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Under the judge's weights the logits are those of the definition, for any sizes and up to the whole context."""
    for n_layer, sizes in ((2, [(2, 2), (1, 0)]), (1, [(3, 1)])):
        config, weights = draw(rng, n_layer=n_layer)
        inputs = [draw_tokens(rng, config, batch, config["context"] - short) for batch, short in sizes]
        inputs += [inputs[0][:, :1]]
        for tokens, got in zip(inputs, built(s, config, weights).each(inputs), strict=True):
            yield from compared(f"of {n_layer} layers", got, weights, tokens, config)


@model.check()
def works_in_every_precision(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A model in float32 or bfloat16 gives logits of that dtype, right to its precision, in any memory layout."""
    for dtype in (torch.float32, torch.bfloat16):
        config, weights = draw(rng, dtype, n_layer=1)
        tokens = draw_tokens(rng, config, 5, 3).T
        yield from compared(f"in {dtype}", built(s, config, weights)(tokens), weights, tokens, config)


@model.check()
def sees_no_future(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Another token at position j changes no logits before j, and does change those at j."""
    config, weights = draw(rng)
    tokens = draw_tokens(rng, config, 2, config["context"])
    j = int(rng.integers(1, config["context"] - 1))
    other = tokens.clone()
    other[:, j] = (other[:, j] + 1) % config["vocab_size"]
    before, after = built(s, config, weights).each([tokens, other])
    yield close("the logits before the changed token", after[:, :j], before[:, :j], magnitude=float(before.abs().max()))
    moved = float((after[:, j] - before[:, j]).abs().max())
    yield holds("the logits at the changed token", moved > 1e-3, "the logits at j do not depend on the token at j")


@model.check(weight=2)
def holds_each_weight_once(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`parameters()` gives each weight once and nothing else: the output layer is the embedding of tokens."""
    config, _ = draw(rng, n_layer=3)
    gpt = built(s, config)
    yield identical("the number of parameters", parameters(s, gpt).numel(), count(config))
    yield from copied(places(s, gpt, config), config)


def places(s: Submission, gpt: Remote, config: Config) -> Tensor:
    """For each parameter, which of the weights it is: those are loaded as 0, 1, 2, …"""
    gpt.tell("load_weights", cut(torch.arange(count(config), dtype=torch.float32), config))
    return parameters(s, gpt)


def copied(found: Tensor, config: Config) -> Iterator[Observation]:
    whole = torch.equal(found.sort().values, torch.arange(count(config), dtype=torch.float32))
    yield holds("the loaded weights", whole, "load_weights does not copy each number of `weights` into one parameter")


@model.check(weight=2)
def starts_small(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Weights begin as N(0, 0.02²), those that write into the stream as N(0, 0.02²/2n_layer), biases 0 and norms 1.

    26 statistics, each with a false-alarm rate of 1e-9: together at most 3e-8.
    """
    config = {"vocab_size": 64, "context": 24, "n_layer": int(rng.integers(4, 6)), "n_head": 2, "d_model": 32}
    gpt, tokens = built(s, config), draw_tokens(rng, config, 2, 24)
    logits, vector = gpt(tokens), parameters(s, gpt)
    yield from near_uniform(logits, tokens, config)
    yield identical("the number of parameters", vector.numel(), count(config))
    places_of = places(s, gpt, config)
    yield from copied(places_of, config)
    initial = cut(torch.zeros_like(vector).index_copy(0, places_of.long(), vector), config)
    yield from compared("of a fresh model", logits, initial, tokens, config)
    for kind in ("weight", "bias"):
        norms = torch.cat([value for name, value in initial.items() if name.endswith(f"norm.{kind}")])
        yield identical(f"the {kind} of the norms", norms, torch.full_like(norms, float(kind == "weight")))
    biases = torch.cat([value for name, value in initial.items() if name.endswith("bias")])
    yield holds("the biases", not biases.any(), "a bias does not begin as 0")
    for name in ("tokens", "positions", "attention.q", "attention.k", "attention.v", "up", "attention.out", "down"):
        drawn = torch.cat([value.flatten() for key, value in initial.items() if key.endswith((name, name + ".weight"))])
        std = 0.02 / math.sqrt(2 * config["n_layer"]) if name in ("attention.out", "down") else 0.02
        yield from normal(name, drawn, std)
    first, second = (
        torch.cat([initial[f"blocks.{i}.{name}.weight"] for name in ("attention.q", "up")]) for i in (0, 1)
    )
    alike = int(((first > 0) == (second > 0)).sum())
    yield frequency("the share of equal signs in two blocks", alike, first.numel(), 0.5)


def near_uniform(logits: Tensor, tokens: Tensor, config: Config) -> Iterator[Observation]:
    """The loss of a fresh model is near ln V.

    Its logits are products of a normalised vector, of length √d at most, with embeddings of length 0.02 · χ_d, which is
    at most 0.02 · (√d + √(2t)) but for a probability of e⁻ᵗ (Laurent & Massart 2000, lemma 1): 1e-9 for all together.
    """
    width, vocab = config["d_model"], config["vocab_size"]
    longest = 0.02 * (math.sqrt(width) + math.sqrt(2 * math.log(vocab / 1e-9)))
    loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1).double(), tokens[:, 1:].flatten())
    distance = abs(float(loss) - math.log(vocab))
    near = distance <= 2 * math.sqrt(width) * longest
    yield holds("the initial loss", near, "the loss of a fresh model is not near ln V, which a uniform guess has")


def normal(name: str, drawn: Tensor, std: float) -> Iterator[Observation]:
    """Whether numbers come from N(0, std²), by how many lie within one and two standard deviations and above 0."""
    for deviations, share in ((1, math.erf(math.sqrt(0.5))), (2, math.erf(math.sqrt(2.0)))):
        inside = int((drawn.abs() < deviations * std).sum())
        yield frequency(f"the share of {name} within {deviations} · {std:.4f}", inside, drawn.numel(), share)
    yield frequency(f"the share of {name} above 0", int((drawn > 0).sum()), drawn.numel(), 0.5)


@model.check(weight=2)
def has_the_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each weight gets its gradient; the embedding of tokens gets one from either end."""
    config, weights = draw(rng, n_layer=1)
    tokens = draw_tokens(rng, config, 2, config["context"] - 1)
    cotangent = torch.from_numpy(rng.standard_normal((*tokens.shape, config["vocab_size"])))
    leaves = {name: value.clone().requires_grad_() for name, value in weights.items()}
    expected = torch.autograd.grad(by_definition(leaves, tokens, config), list(leaves.values()), cotangent)
    gpt = built(s, config, weights)
    gradients = s.library("torch.autograd").call("grad", gpt.build("", tokens), gpt.build("parameters"), cotangent)
    vector = torch.cat([gradient.flatten() for gradient in gradients])
    where = places(s, gpt, config)
    yield identical("the number of parameters", vector.numel(), count(config))
    yield from copied(where.float(), config)
    got = cut(torch.zeros_like(vector).index_copy(0, where.long(), vector), config)
    largest = max(float(gradient.abs().max()) for gradient in expected)
    for name, gradient in zip(leaves, expected, strict=True):
        yield close(f"the gradient of {name}", got[name], gradient, roundings=100, magnitude=largest)


@model.check(weight=2)
def reads_on_from_a_cache(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With a cache, a sequence read in pieces has the logits that it has as a whole; it cannot outgrow the context."""
    for n_layer in (1, 2):
        config, weights = draw(rng, n_layer=n_layer)
        tokens = draw_tokens(rng, config, 2, config["context"])
        expected = by_definition(weights, tokens, config)
        gpt = built(s, config, weights)
        cache, other = (gpt.build("new_cache", 2) for _ in range(2))
        for start, end in ((0, 2), (2, 3), (3, 5), (5, config["context"])):
            got = gpt(tokens[:, start:end], cache)
            yield close(f"the logits at positions from {start} on", got, expected[:, start:end], roundings=40)
            gpt.tell("", tokens[:, :1], other)  # another text, which has nothing to do with the first
        yield raises("a token beyond the context", partial(gpt, tokens[:, :1], cache), "ValueError")


@model.check()
def keeps_keys_and_values(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A LayerCache gives back all keys and values so far, in order, and leaves alone what it is given."""
    config, _ = draw(rng)
    dtype = (torch.float32, torch.float64)[int(rng.integers(2))]
    cache = s.build("LayerCache", s.build("GPTConfig", **config), 2, torch.zeros(1, dtype=dtype))
    seen: list[Tensor] = []
    for time in (2, 1, 3):
        yield identical("past", cache.get("past"), seen[0].shape[2] if seen else 0)
        shape = (2, config["n_head"], time, config["d_model"] // config["n_head"])
        new = [torch.from_numpy(rng.standard_normal(shape)).to(dtype) for _ in "kv"]
        held = [s.hold(value) for value in new]
        got = cache.call("extended", *held)
        seen = [torch.cat(pair, dim=2) for pair in zip(seen, new, strict=True)] if seen else new
        yield holds("the result", isinstance(got, list) and len(got) == 2, "extended does not return a pair")
        for name, value, expected, remote, given in zip(("keys", "values"), got, seen, held, new, strict=True):
            yield identical(f"the shape of the {name}", list(value.shape), list(expected.shape))
            yield identical(f"the {name}", value, expected)
            yield identical(f"the dtype of the {name}", str(value.dtype), str(dtype))
            yield identical(f"the {name} that were given", remote.fetch(), given, f"the {name} given were changed")


@model.check()
def keeps_its_configuration(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A configuration has its five sizes as attributes, with GPT-2's for defaults, and cannot be changed."""
    defaults = {"vocab_size": 50257, "context": 1024, "n_layer": 12, "n_head": 12, "d_model": 768}
    config, _ = draw(rng)
    for given in ({}, config):
        remote = s.build("GPTConfig", **given)
        for name, value in (defaults | given).items():
            yield identical(f"config.{name}", str(remote.get(name)), str(value))
        head_dim = (defaults | given)["d_model"] // (defaults | given)["n_head"]
        yield identical("config.head_dim", str(remote.get("head_dim")), str(head_dim))
    change = partial(remote.call, "__setattr__", "n_layer", 5)
    yield raises("setting config.n_layer", change, "AttributeError")


@model.check()
def refuses_what_does_not_fit(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Heads that do not divide the width raise ValueError, and so does a sequence longer than the context."""
    config, _ = draw(rng)
    for wrong in ({"d_model": config["d_model"] + 1}, {"n_head": config["d_model"] + 1}):
        action = partial(s.build, "GPTConfig", **(config | wrong))
        yield raises("a width that the heads do not divide", action, "ValueError")
    gpt = built(s, config)
    for extra in (1, 4):
        tokens = draw_tokens(rng, config, 1, config["context"] + extra)
        yield raises("a sequence longer than the context", partial(gpt, tokens), "ValueError")


add_misconceptions(model)
