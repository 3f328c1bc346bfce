"""Judgement of `dropout.monte_carlo`: mean and standard deviation of a model's outputs with dropout active.

The model lives with the judge, which records in which mode it was called and what it gave; the submission's numbers are
compared with the outputs that it was really given, so nothing here is a matter of chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

monte_carlo = Judgement(
    "dropout.monte_carlo",
    hints=(
        "In which mode does a layer of dropout draw masks? Which mode is the model in when it reaches you?",
        "Call the model `samples` times on the same x and keep every output.",
        "Stack the outputs along a new first axis; mean and std run over that axis alone.",
        "Switch to train() before the calls and to eval() after them; np.std divides by the number of samples.",
    ),
)


class Model:
    """A linear net with dropout on its input, which remembers its calls."""

    def __init__(self, rng: np.random.Generator, x: np.ndarray, width: int | None, training: bool) -> None:
        self.rng = rng
        self.weights = rng.standard_normal(x.shape[-1:] if width is None else (x.shape[-1], width))
        self.bias = float(rng.uniform(1.0, 3.0))
        self.training = training
        self.inputs: list[Any] = []
        self.outputs: list[np.ndarray] = []
        self.modes: list[bool] = []

    def train(self) -> None:
        self.training = True

    def eval(self) -> None:
        self.training = False

    def __call__(self, x: Any) -> Any:
        if not isinstance(x, np.ndarray) or x.shape[-1:] != self.weights.shape[:1]:
            raise ValueError("the model takes the array x, or a batch of such arrays")
        dropped = x * (self.rng.random(x.shape) < 0.5) / 0.5 if self.training else x
        output = np.asarray(dropped @ self.weights + self.bias)
        self.inputs.append(x.copy())
        self.modes.append(self.training)
        self.outputs.append(output)
        return output


def sampled(
    s: Submission,
    rng: np.random.Generator,
    samples: int,
    shape: tuple[int, ...] = (3, 5),
    width: int | None = 4,
    training: bool = False,
) -> tuple[Model, np.ndarray, Any]:
    """The model after the submission has used it, its input, and what the submission returned."""
    x = rng.standard_normal(shape)
    model = Model(rng, x, width, training)
    return model, x, s.call("mc_dropout", s.lend(model, "train", "eval", "__call__"), x, samples)


def called_as_asked(model: Model, x: np.ndarray, samples: int) -> Iterator[Observation]:
    """Whether the model was called on x itself, and `samples` times."""
    same = all(np.array_equal(given, x) for given in model.inputs)
    yield holds("the inputs", same, "the model is not called on x itself")
    yield identical("the number of calls", len(model.outputs), samples)


def moments_agree(where: str, model: Model, x: np.ndarray, samples: int, got: Any) -> Iterator[Observation]:
    """Whether the pair returned is the mean and the standard deviation of the outputs that the model gave."""
    # Of other calls the outputs have another shape, and a comparison with them would mislead.
    yield from called_as_asked(model, x, samples)
    pair = isinstance(got, list | np.ndarray) and len(got) == 2
    yield holds("the result", pair, "the result is not a pair: the mean and the standard deviation")
    outputs = np.stack(model.outputs)
    yield close(f"the mean {where}", got[0], outputs.mean(axis=0), magnitude=np.max(np.abs(outputs)))
    # Compared as squares: one pass, E[y²] − E[y]², is as good as two, but loses digits of a small deviation.
    yield close(
        f"the standard deviation {where}, squared", np.square(got[1]), outputs.var(axis=0), magnitude=np.max(outputs**2)
    )
    yield holds("its sign", bool(np.all(np.asarray(got[1]) >= 0.0)), "a standard deviation is negative")


@monte_carlo.check(weight=5)
def summarises_the_outputs(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result is the mean and the population standard deviation of the outputs, element by element."""
    for shape, width in (((3, 5), 4), ((6,), 2), ((6,), None), ((2, 3, 4), 5)):
        samples = int(rng.integers(4, 9))
        model, x, got = sampled(s, rng, samples, shape, width)
        yield from moments_agree("of several samples", model, x, samples, got)


@monte_carlo.check(weight=3)
def samples_with_dropout_active(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every call is made in training mode, whichever mode the model arrives in."""
    models = [sampled(s, rng, 6, training=training)[0] for training in (False, True)]
    yield holds("calls", all(model.modes for model in models), "the model is never called")
    active, calls = [sum(model.modes) for model in models], [len(model.modes) for model in models]
    problem = "of a model that arrives in evaluation mode {} of {} calls are made with dropout active, else {} of {}"
    problem = problem.format(active[0], calls[0], active[1], calls[1])
    yield identical("the calls with dropout active", active, calls, problem)


@monte_carlo.check()
def calls_the_model_as_often_as_asked(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The model is called `samples` times, each time on x as it was given."""
    for samples in (7, 2):
        model, x, _ = sampled(s, rng, samples)
        yield from called_as_asked(model, x, samples)


@monte_carlo.check()
def leaves_the_model_in_evaluation_mode(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Afterwards the model is in evaluation mode, whichever mode it arrived in."""
    for training in (False, True):
        model, _, _ = sampled(s, rng, 3, training=training)
        yield holds("the mode afterwards", not model.training, "the model is left in training mode")


@monte_carlo.check()
def takes_a_single_sample(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With one sample the mean is the output itself and the deviation is 0, not NaN."""
    model, x, got = sampled(s, rng, 1)
    yield from moments_agree("of a single sample", model, x, 1, got)


@monte_carlo.check()
def leaves_its_input_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """x is not changed."""
    x = rng.standard_normal((3, 5))
    held, model = s.hold(x), Model(rng, x, width=4, training=False)
    s.call("mc_dropout", s.lend(model, "train", "eval", "__call__"), held, 3)
    yield holds("the input", np.array_equal(held.fetch(), x), "the function changes x")


MODE = "    model.train()\n"
RETURN = "outputs.mean(axis=0), outputs.std(axis=0)"

monte_carlo.misconception(
    "dropout_is_off",
    edit=(MODE, "    model.eval()\n"),
    message="The model is sampled in evaluation mode, so all outputs are the same and the deviation is 0.",
    question="What makes two outputs for the same input differ?",
)
monte_carlo.misconception(
    "mode_is_left_to_the_caller",
    edit=(MODE, ""),
    message="The model is sampled in whichever mode it arrives.",
    question="A trained model is usually handed over in evaluation mode. What are your samples then?",
)
monte_carlo.misconception(
    "eval_after_the_first_sample",
    edit=("[model(x) for _ in range(samples)]", "[(model(x), model.eval())[0] for _ in range(samples)]"),
    message="The model is switched to evaluation mode after the first sample instead of after the last.",
    question="In which mode is your second call made?",
)
monte_carlo.misconception(
    "left_in_training_mode",
    edit=("    model.eval()\n", ""),
    message="The model stays in training mode, so the caller's next prediction is random.",
    question="What would the caller's next model(x) return?",
)
monte_carlo.misconception(
    "sample_deviation",
    edit=("outputs.std(axis=0)", "outputs.std(axis=0, ddof=1 if samples > 1 else 0)"),
    message="The deviation divides by samples − 1; the population deviation is asked for.",
    question="Which of ddof=0 and ddof=1 does the statement ask for?",
)
monte_carlo.misconception(
    "standard_error",
    edit=("outputs.std(axis=0)", "outputs.std(axis=0) / np.sqrt(samples)"),
    message="This is the standard error of the mean, which shrinks with more samples; the spread does not.",
    question="Should a model become more certain when you ask it more often?",
)
monte_carlo.another_form(
    "standard_error", edit=("outputs.std(axis=0)", "outputs.std(axis=0) / np.sqrt(max(samples - 1, 1))")
)
monte_carlo.misconception(
    "variance_for_deviation",
    edit=("outputs.std(axis=0)", "outputs.var(axis=0)"),
    message="The variance is returned; its square root is missing.",
    question="In which unit is the second result, if the outputs are in metres?",
)
monte_carlo.misconception(
    "averages_everything",
    edit=(RETURN, "outputs.mean(), outputs.std()"),
    message="Mean and deviation run over all elements, not over the samples alone.",
    question="What shape should the mean of outputs of shape (3, 4) have?",
)
monte_carlo.misconception(
    "averages_over_the_batch",
    edit=(RETURN, "outputs.mean(axis=-1), outputs.std(axis=-1)"),
    message="Mean and deviation run along the last axis; the samples lie along the first.",
    question="Which axis of the stacked outputs counts the samples?",
)
monte_carlo.misconception(
    "one_output_repeated",
    edit=("[model(x) for _ in range(samples)]", "[model(x)] * samples"),
    message="The model is called once and its output is repeated.",
    question="How many masks were drawn?",
)
monte_carlo.misconception(
    "one_call_for_all_samples",
    edit=("np.stack([model(x) for _ in range(samples)])", "model(np.stack([x] * samples))"),
    message="The model is called once on a batch of copies; it is to be called `samples` times on x.",
    question="What would a layer do here that shares its mask, or its statistics, over the batch?",
)
