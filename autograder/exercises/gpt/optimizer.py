"""Judgement of `gpt.configure_optimizer`: AdamW with decay for matrices only (Loshchilov & Hutter 2019, algorithm 2).

The model is the judge's own, built of torch's layers where the submission runs. Its gradients are set by the judge. So
what every parameter should be after a step is known, whatever the optimizer's groups look like.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical
from autograder.submission import Remote, Submission

optimizer = Judgement(
    "gpt.configure_optimizer",
    hints=(
        "Look at what there is to sort: `for name, p in model.named_parameters(): print(name, p.shape)`. Which of "
        "these are matrices?",
        "An optimizer takes a list of groups, each a dict with `params` and its own settings: "
        '`[{"params": [...], "weight_decay": 0.1}, {"params": [...], "weight_decay": 0.0}]`.',
        "`model.parameters()` gives a tied parameter once. Keep those with `p.requires_grad`, and sort them by "
        "`p.dim() >= 2`.",
        "`torch.optim.AdamW(groups, lr=learning_rate, betas=betas)`: what a group does not say is taken from there.",
    ),
)
NAME = "configure_optimizer"
Parameters = dict[str, Tensor]

DECAYED = ("embedding", "linear_in_a_norm", "convolution")
KEPT = ("gain", "bias", "shift", "temperature")
FROZEN = ("frozen_matrix", "frozen_bias")


class Model:
    """A model of torch's layers, and its parameters, where the submission runs.

    The embedding is the weight of the output layer too, no name tells a matrix from a norm, and one layer is frozen.
    """

    def __init__(self, s: Submission, rng: np.random.Generator) -> None:
        vocab, width, other = (int(size) for size in rng.permutation(np.arange(3, 9))[:3])
        nn = s.library("torch.nn")
        layers = {
            "words": nn.build("Embedding", vocab, width),
            "weighting": nn.build("LayerNorm", width),
            "norm": nn.build("Linear", width, other, bias=False),
            "mixing": nn.build("Conv1d", width, other, 2, bias=False),
            "still": nn.build("Linear", width, other),
            "output": nn.build("Linear", width, vocab),
        }
        layers["still"].tell("requires_grad_", False)
        self.remotes = {
            "embedding": layers["words"].build("get_parameter", "weight"),
            "linear_in_a_norm": layers["norm"].build("get_parameter", "weight"),
            "convolution": layers["mixing"].build("get_parameter", "weight"),
            "gain": layers["weighting"].build("get_parameter", "weight"),
            "bias": layers["output"].build("get_parameter", "bias"),
            "shift": layers["weighting"].build("get_parameter", "bias"),
            "temperature": nn.build("Parameter", torch.tensor(1.0)),
            "frozen_matrix": layers["still"].build("get_parameter", "weight"),
            "frozen_bias": layers["still"].build("get_parameter", "bias"),
        }
        layers["output"].tell("register_parameter", "weight", self.remotes["embedding"])
        self.module = nn.build("ModuleDict", layers)
        self.module.tell("register_parameter", "scale", self.remotes["temperature"])
        shapes: dict[str, tuple[int, ...]] = {
            "embedding": (vocab, width),
            "linear_in_a_norm": (other, width),
            "convolution": (other, width, 2),
            "gain": (width,),
            "bias": (vocab,),
            "shift": (width,),
            "temperature": (),
            "frozen_matrix": (other, width),
            "frozen_bias": (other,),
        }
        self.values = {name: torch.as_tensor(1 + rng.random(shape)).float() for name, shape in shapes.items()}
        for name, value in self.values.items():
            self.remotes[name].assign(value)

    def backward(self, gradients: Parameters) -> None:
        """Add to the gradients of some parameters."""
        for name, gradient in gradients.items():
            self.remotes[name].build("mul", 1.0).tell("backward", gradient)

    def compared(self, where: str, expected: dict[str, np.ndarray]) -> Iterator[Observation]:
        for name, remote in self.remotes.items():
            yield close(f"{name} {where}", remote.fetch(), expected[name], precision=torch.float32, roundings=8)


def expected_after(
    values: Parameters, steps: list[Parameters], lr: float, decay: float = 0.1, betas: Any = (0.9, 0.95)
) -> dict[str, np.ndarray]:
    """The parameters after AdamW's steps, in double precision; those without gradients stay as they are."""
    found = {name: value.double().numpy() for name, value in values.items()}
    for name in steps[0]:
        first = second = np.zeros(found[name].shape)
        for number, gradients in enumerate(steps, start=1):
            gradient = gradients[name].double().numpy()
            first = betas[0] * first + (1 - betas[0]) * gradient
            second = betas[1] * second + (1 - betas[1]) * gradient**2
            root = np.sqrt(second / (1 - betas[1] ** number)) + 1e-8
            kept = 1 - lr * decay if name in DECAYED else 1.0
            found[name] = kept * found[name] - lr * first / (1 - betas[0] ** number) / root
    return found


def draw_gradients(rng: np.random.Generator, values: Parameters, steps: int) -> list[Parameters]:
    """Gradients of the parameters that learn, of another size at each step, so that every decay rate shows."""
    learning = {name: values[name].shape for name in (*DECAYED, *KEPT)}
    sizes = 10.0 ** rng.uniform(-1, 1, size=steps)
    return [
        {name: torch.as_tensor(size * rng.standard_normal(shape)).float() for name, shape in learning.items()}
        for size in sizes
    ]


def take_steps(model: Model, configured: Remote, steps: list[Parameters]) -> None:
    for gradients in steps:
        configured.tell("zero_grad")
        model.backward(gradients)
        configured.tell("step")


@optimizer.check(weight=3)
def decays_matrices_only(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A step with gradients of 0 shrinks what has two axes or more by 1 − lr · weight_decay and moves nothing else."""
    for settings in ({}, {"weight_decay": float(rng.uniform(0.2, 0.5))}, {"weight_decay": 0.0}):
        model, lr = Model(s, rng), float(rng.uniform(0.1, 0.5))
        zeros = {name: torch.zeros_like(model.values[name]) for name in (*DECAYED, *KEPT)}
        take_steps(model, s.build(NAME, model.module, lr, **settings), [zeros])
        expected = expected_after(model.values, [zeros], lr, settings.get("weight_decay", 0.1))
        yield from model.compared("after a step with gradients of 0", expected)


@optimizer.check(weight=2)
def takes_the_steps_of_adamw(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Several steps with known gradients give AdamW's parameters, with the given learning rate, decay and betas."""
    betas = (float(rng.uniform(0.5, 0.7)), float(rng.uniform(0.75, 0.85)))
    for decay, settings in ((0.1, ()), (0.3, (0.3, betas))):
        model, lr = Model(s, rng), float(rng.uniform(0.01, 0.1))
        steps = draw_gradients(rng, model.values, 3)
        take_steps(model, s.build(NAME, model.module, lr, *settings), steps)
        expected = expected_after(model.values, steps, lr, decay, betas if settings else (0.9, 0.95))
        yield from model.compared("after three steps", expected)


@optimizer.check(weight=2)
def holds_each_parameter_once(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`param_groups` hold each parameter that requires a gradient once, a tied one too, and no frozen one."""
    model = Model(s, rng)
    groups = s.build(NAME, model.module, 0.1).get("param_groups")
    found = sorted(tuple(parameter.shape) for group in groups for parameter in group["params"])
    expected = sorted(tuple(model.values[name].shape) for name in (*DECAYED, *KEPT))
    yield identical("the number of parameters in the groups", len(found), len(expected))
    yield identical("the shapes of the parameters in the groups", [*map(list, found)], [*map(list, expected)])


@optimizer.check()
def leaves_the_model_as_it_is(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Configuring changes no parameter, and freezes or frees none."""
    model = Model(s, rng)
    s.build(NAME, model.module, 0.1)
    for name, remote in model.remotes.items():
        yield identical(name, remote.fetch(), model.values[name], f"{name} was changed")
        text = f"requires_grad of {name} was changed"
        yield identical(f"requires_grad of {name}", remote.get("requires_grad"), name not in FROZEN, text)


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    optimizer.misconception(identity, edits=edits, message=message, question=question)


MATRICES, VECTORS = "if parameter.dim() >= 2]", "if parameter.dim() < 2]"
NO_DECAY = '"weight_decay": 0.0'
PARAMETERS = "[parameter for parameter in model.parameters() if parameter.requires_grad]"
NAMED = "[(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]"
ADAMW = "torch.optim.AdamW(groups, lr=learning_rate, betas=betas, fused=True)"

mistake(
    "decays_everything",
    "Everything decays, gains and biases of norms too.",
    "A gain of a norm should be near 1. Towards what does decay pull it?",
    (NO_DECAY, '"weight_decay": weight_decay'),
)
mistake(
    "decays_nothing",
    "Nothing decays: the groups say 0, or nothing has been put into the one that decays.",
    "By which factor should a matrix shrink in a step whose gradients are all 0?",
    (MATRICES + ', "weight_decay": weight_decay', MATRICES + ', "weight_decay": 0.0'),
)
mistake(
    "decays_the_others",
    "The two groups are the wrong way round: vectors decay, and matrices do not.",
    "Which parameters multiply an input: matrices or biases?",
    (NO_DECAY, '"weight_decay": weight_decay'),
    (MATRICES + ', "weight_decay": weight_decay', MATRICES + ', "weight_decay": 0.0'),
)
mistake(
    "default_decay",
    "The group that decays does so by AdamW's own default, 0.01, and not by `weight_decay`.",
    "What does a group without a setting of its own take?",
    (MATRICES + ', "weight_decay": weight_decay', MATRICES),
)
mistake(
    "decays_gains",
    "All weights decay and all biases do not: but the weight of a norm is a vector of gains, and should not.",
    "What does the name `weight` say about the shape of a parameter?",
    (PARAMETERS, NAMED),
    (
        "parameter for parameter in parameters if parameter.dim() >= 2",
        "parameter for name, parameter in parameters if not name.endswith('bias')",
    ),
    (
        "parameter for parameter in parameters if parameter.dim() < 2",
        "parameter for name, parameter in parameters if name.endswith('bias')",
    ),
)
mistake(
    "decays_biases",
    "Biases decay with the matrices: whatever has not `norm` in its name does.",
    "What would a bias of a linear layer gain from being near 0?",
    (PARAMETERS, NAMED),
    (
        "parameter for parameter in parameters if parameter.dim() >= 2",
        "parameter for name, parameter in parameters if 'norm' not in name",
    ),
    (
        "parameter for parameter in parameters if parameter.dim() < 2",
        "parameter for name, parameter in parameters if 'norm' in name",
    ),
)
optimizer.another_form(  # what is no matrix and no bias is spared
    "decays_biases",
    edits=(
        (PARAMETERS, NAMED),
        (
            "parameter for parameter in parameters if parameter.dim() >= 2",
            "parameter for name, parameter in parameters"
            " if parameter.dim() >= 2 or ('bias' in name and 'norm' not in name)",
        ),
        (
            "parameter for parameter in parameters if parameter.dim() < 2",
            "parameter for name, parameter in parameters"
            " if parameter.dim() < 2 and ('bias' not in name or 'norm' in name)",
        ),
    ),
)
mistake(
    "sorts_by_name",
    "Names decide, not shapes: a matrix whose name says `norm` does not decay, and a vector whose name does not, may.",
    "How would your rule treat a model whose author chose other names?",
    (PARAMETERS, NAMED),
    (
        "parameter for parameter in parameters if parameter.dim() >= 2",
        "parameter for name, parameter in parameters if 'norm' not in name and 'bias' not in name",
    ),
    (
        "parameter for parameter in parameters if parameter.dim() < 2",
        "parameter for name, parameter in parameters if 'norm' in name or 'bias' in name",
    ),
)
mistake(
    "embeddings_do_not_decay",
    "Embeddings do not decay; they are matrices, and here all matrices do.",
    "How many axes has the weight of an embedding?",
    (MATRICES, "if parameter.dim() >= 2 and parameter is not tables.get(id(parameter))]"),
    (VECTORS, "if parameter.dim() < 2 or parameter is tables.get(id(parameter))]"),
    (
        "    groups = [",
        "    tables = {id(m.weight): m.weight for m in model.modules() if isinstance(m, nn.Embedding)}\n    groups = [",
    ),
)
mistake(
    "matrices_of_two_axes_only",
    "Only parameters of exactly two axes decay; a convolution's kernel has three.",
    'What does "two axes or more" include?',
    (MATRICES, "if parameter.dim() == 2]"),
    (VECTORS, "if parameter.dim() != 2]"),
)
mistake(
    "vectors_left_out",
    "Biases and norms are not in the optimizer at all: they do not decay, but they do not learn either.",
    "What does a parameter do that is in no group?",
    (VECTORS, "if parameter.dim() < 0]"),
)
mistake(
    "adam_with_l2",
    "This is Adam with an L2 penalty: the decay goes through the gradient, and is divided by its running size.",
    "In which line of the algorithm does AdamW shrink the weights?",
    (ADAMW, "torch.optim.Adam(groups, lr=learning_rate, betas=betas)"),
)
mistake(
    "betas_ignored",
    "The betas have no effect: AdamW's own default for the second is 0.999.",
    "Over how many steps do 0.95 and 0.999 average?",
    (", betas=betas", ""),
)
mistake(
    "betas_fixed",
    "The betas are always 0.9 and 0.95, whatever is asked for.",
    "What should a caller see who asks for other betas?",
    ("betas=betas", "betas=(0.9, 0.95)"),
)
mistake(
    "betas_swapped",
    "The betas are the wrong way round.",
    "Which beta belongs to the mean of the gradients, and which to that of their squares?",
    ("betas=betas", "betas=betas[::-1]"),
)
mistake(
    "one_group_has_another_rate",
    "Only the group that decays has the learning rate; the other one has AdamW's own default.",
    "What does a group without a setting of its own take?",
    ('"weight_decay": weight_decay}', '"weight_decay": weight_decay, "lr": learning_rate}'),
    ("lr=learning_rate, ", ""),
)
mistake(
    "tied_parameters_twice",
    "A parameter that two layers share is listed twice.",
    "Which layers does your loop visit, and which parameter do it and an earlier one have in common?",
    (
        PARAMETERS,
        "[p for module in model.modules() for p in module.parameters(recurse=False) if p.requires_grad]",
    ),
)
mistake(
    "frozen_parameters_too",
    "Frozen parameters are in the optimizer too; only those that require a gradient belong there.",
    "What happens to such a parameter when it is set free for another training?",
    (" if parameter.requires_grad]", "]"),
)
