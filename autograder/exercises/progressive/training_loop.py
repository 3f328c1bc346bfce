"""Judgement of `progressive.training_loop`: `scores`, `norms`, and the loop `train` that learns and tells a log."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

from .module_case import SINGLE, tensor
from .training_case import BROUGHT, DEFAULTS, EVALUATING, LEARNING, ON_BATCH, ON_TEST, Run, cross_entropy, norm

training_loop = Judgement(
    "progressive.training_loop",
    hints=(
        "Write the loop without the log first: forward, loss, gradients of this batch alone, a step. Then ask at "
        "which of these moments each number of the log is known.",
        "F.binary_cross_entropy_with_logits(logits, labels) is the mean of −log p(label) and survives large logits. "
        "`enumerate(batches, start=1)` counts from 1.",
        "The norm of all parameters as one vector is the root of the sum of all squares, over all parameters. Some "
        "have no gradient: their `.grad` is None.",
        "optimizer.zero_grad(), loss.backward(), then the log, then optimizer.step(). For the evaluation: "
        "model.eval(), `with torch.no_grad():`, and model.train() again before the next batch.",
    ),
)


@training_loop.check(weight=2)
def learns_as_the_optimizer_says(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After k batches the weights are those of k steps of the optimizer, each on the gradient of its own batch."""
    for steps in (1, 5):
        yield from Run(rng, steps).carried_out(s).compared_weights(f"after {steps} steps")
    yield from Run(rng, 3).carried_out(s, "float32").compared_weights("in float32")


@training_loop.check()
def starts_from_nothing_but_the_weights(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradients that the parameters hold at the start, and the mode the model is in, have no influence."""
    for prepare in ("stale gradients", "evaluation mode"):
        yield from Run(rng, 3).carried_out(s, prepare=prepare).compared_weights(f"of a model that came with {prepare}")


@training_loop.check()
def tells_of_the_batch(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At step 1 and every log_every steps: the batch's loss and accuracy, the norms of its gradient and the weights."""
    for steps, log_every in ((7, 3), (6, 2), (2, 5)):
        run = Run(rng, steps, log_every).carried_out(s)
        yield from run.compared_events(ON_BATCH)


@training_loop.check()
def has_a_rhythm_of_its_own(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """If nothing else is asked for, the batch is logged every 10 steps, and the model evaluated every 40."""
    run = Run(rng, 42, *DEFAULTS).carried_out(s)
    yield from run.compared_events(ON_BATCH)
    yield from run.compared_events(ON_TEST)


@training_loop.check()
def tells_of_the_test(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every evaluate_every steps and at the last, what evaluate finds in the changed weights is logged."""
    for steps, evaluate_every in ((7, 3), (6, 2), (2, 5)):
        run = Run(rng, steps, 4, evaluate_every).carried_out(s)
        yield from run.compared_events(ON_TEST)
        order = [(event.get("step"), "mean" in event) for event in run.told]
        yield identical("the order of the events", order, [(e["step"], "mean" in e) for e in run.right_events])


@training_loop.check()
def calls_the_model_once_for_each_batch(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The model sees each batch once, in training mode, and test examples only in evaluation mode, without gradient."""
    run = Run(rng, 5, 1, 2).carried_out(s)
    modes, seen = [], []
    for step, (x, _) in enumerate(run.batches, start=1):
        modes.append(LEARNING)
        seen.append(float(x.sum()))
        if step in (2, 4, 5):
            modes.append(EVALUATING)
            seen.append(float(run.test_x.sum()))
    yield identical("the modes in which the model is called", [tuple(call[:2]) for call in run.calls], modes)
    yield close("the sums of what the model sees", np.array([call[2] for call in run.calls]), np.array(seen))


@training_loop.check()
def logging_changes_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """However often the loop logs and evaluates, the same weights are learned."""
    run = Run(rng, 5)
    for log_every, evaluate_every in ((1, 1), (100, 100)):
        run.log_every, run.evaluate_every = log_every, evaluate_every
        yield from run.carried_out(s).compared_weights(f"logged every {log_every} and {evaluate_every} steps")


@training_loop.check()
def scores_are_right(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss is the mean of −log p(label), for logits of ±10,000 too; a logit of 0 says False."""
    for size, scale in ((7, 2.0), (1, 1.0), (6, 1e4)):
        logits = scale * rng.standard_normal(size)
        labels = (rng.random(size) < 0.5).astype(float)
        if size > 1:
            logits[0], logits[1], labels[:2] = 0.0, 0.3, (0.0, 0.0)
        for dtype in ("float64", "float32"):
            given = [tensor(values.astype(dtype)) for values in (logits, labels)]
            held = [s.hold(values) for values in given]
            found = s.call("scores", *held)
            yield identical("the keys of scores", sorted(found), ["accuracy", "loss"])
            plain = all(isinstance(value, float) for value in found.values())
            yield holds("the scores", plain, "the scores are not floats of Python (a tensor's `item()` is one)")
            right = float(cross_entropy(given[0].double(), given[1].double()))
            size_of_loss = max(1.0, right)
            yield close(
                f"the loss at a scale of {scale:g}", found["loss"], right, magnitude=size_of_loss, precision=SINGLE
            )
            for name, remote, values in zip(("logits", "labels"), held, given, strict=True):
                yield identical(name, remote.fetch(), values, f"the {name} were changed")
            hits = float(np.mean((logits > 0) == (labels > 0)))
            yield close(f"the accuracy at a scale of {scale:g}", found["accuracy"], hits, precision=SINGLE)


@training_loop.check()
def norms_are_right(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The norms are those of one long vector; a parameter without a gradient adds nothing to the gradient's norm."""
    run = Run(rng)
    model = s.bring(BROUGHT, "Model").build("", run.start)
    weights = norm(list(run.start.values()))
    found = s.call("norms", model)
    yield identical("the keys of norms", sorted(found), ["gradient_norm", "weight_norm"])
    yield identical("the gradient's norm where there is none", found["gradient_norm"], 0.0)
    model.build("", run.test_x).build("sum").tell("backward")
    found = s.call("norms", model)
    slopes = [model.build("get_parameter", name).get("grad") for name in ("hidden", "out")]
    plain = all(isinstance(value, float) for value in found.values())
    yield holds("the norms", plain, "the norms are not floats of Python (a tensor's `item()` is one)")
    yield close("the norm of the weights", found["weight_norm"], weights, precision=SINGLE)
    yield close("the norm of the gradient", found["gradient_norm"], norm(slopes), precision=SINGLE)


ZERO, BACKWARD, STEP = "        optimizer.zero_grad()\n", "        loss.backward()\n", "        optimizer.step()\n"
LOGGED = """        if step == 1 or step % log_every == 0:
            log({"step": step, **scores(logits, labels), **norms(model)})
"""
FOUND = "            with torch.no_grad():\n                found = evaluate(model)\n"
IN_TRAIN = "        loss = F.binary_cross_entropy_with_logits(logits, labels)\n        optimizer"
IN_SCORES = 'loss = F.binary_cross_entropy_with_logits(logits, labels)\n    return {"loss": loss.item()'
GRADIENT, WEIGHT = (
    "nn.utils.get_total_norm(gradients).item()",
    "nn.utils.get_total_norm(list(model.parameters())).item()",
)

training_loop.misconception(
    "gradients_pile_up",
    edit=(ZERO, ""),
    message="The gradients are never cleared: each step uses the sum over all batches so far.",
    question="What does `backward()` do where `.grad` holds something already?",
)
training_loop.misconception(
    "cleared_before_the_step",
    edits=((ZERO, ""), (BACKWARD, BACKWARD + ZERO)),
    message="The gradients are cleared between `backward()` and `step()`, so nothing is learned.",
    question="What does the optimizer find when it steps?",
)
training_loop.another_form("cleared_before_the_step", edit=(STEP, ZERO + STEP))
training_loop.misconception(
    "cleared_after_the_step_only",
    edits=((ZERO, ""), (STEP, STEP + ZERO)),
    message="The gradients are cleared after each step, but not before the first: what the model came with is added.",
    question="What do the parameters hold that someone computed a gradient for just before?",
)
training_loop.misconception(
    "step_before_backward",
    edits=((BACKWARD, STEP + BACKWARD), (LOGGED + STEP, LOGGED)),
    message="The optimizer steps before the gradient is computed.",
    question="Which batch's gradient does the first step use?",
)
training_loop.misconception(
    "logged_after_the_step",
    edits=((LOGGED + STEP, STEP + LOGGED),),
    message="The batch is logged after the weights were changed: the norm is that of other weights than those that "
    "made the loss.",
    question="Which weights gave the logged loss?",
)
training_loop.misconception(
    "logged_before_backward",
    edits=((ZERO + BACKWARD + LOGGED, LOGGED + ZERO + BACKWARD),),
    message="The batch is logged before its gradient is there: the norm is that of the last batch, or of none.",
    question="Which line makes the gradient of this batch?",
)
training_loop.misconception(
    "counts_from_zero",
    edit=("enumerate(batches, start=1)", "enumerate(batches)"),
    message="The steps are counted from 0; the first batch is step 1.",
    question="How many steps have been made after step 40?",
)
training_loop.another_form(
    "counts_from_zero",
    edits=(
        ("enumerate(batches, start=1)", "enumerate(batches)"),
        ("step == 1 or step % log_every", "step == 0 or step % log_every"),
        (
            "step == len(batches) or step % evaluate_every == 0",
            "step == len(batches) - 1 or (step > 0 and step % evaluate_every == 0)",
        ),
    ),
)
training_loop.misconception(
    "first_step_not_logged",
    edit=("step == 1 or step % log_every", "step % log_every"),
    message="The first step is not logged: nobody sees where the run started.",
    question="What is the first step that your loop logs?",
)
training_loop.misconception(
    "last_step_not_evaluated",
    edit=("step == len(batches) or step % evaluate_every", "step % evaluate_every"),
    message="The model is not evaluated after the last step, so nobody sees where the run ended.",
    question="Of 7 steps, evaluated every 3, which is the last that the log tells of?",
)
training_loop.misconception(
    "evaluated_before_the_step",
    edits=(
        (LOGGED + STEP, LOGGED),
        (
            '            log({"step": step, **found})',
            '            log({"step": step, **found})\n        optimizer.step()',
        ),
    ),
    message="The model is evaluated before the step is made: the figures are those of the step before.",
    question="How many steps has the model made that you evaluate at step 1?",
)
training_loop.misconception(
    "evaluated_in_training_mode",
    edit=("            model.eval()\n", ""),
    message="The model is evaluated in training mode, where dropout drops.",
    question="What does model.eval() change in torch.nn.Dropout?",
)
training_loop.misconception(
    "stays_in_evaluation_mode",
    edits=(
        ("        model.train()\n", ""),
        ("    for step, (x, labels)", "    model.train()\n    for step, (x, labels)"),
    ),
    message="After the first evaluation the model stays in evaluation mode, and learns on in it.",
    question="Who calls model.train() after model.eval()?",
)
training_loop.misconception(
    "mode_left_as_it_came",
    edit=("        model.train()\n", ""),
    message="The model is never put into training mode.",
    question="In which mode is a model that somebody has just evaluated?",
)
training_loop.another_form(  # the mode before an evaluation comes back after it
    "mode_left_as_it_came",
    edits=(
        ("        model.train()\n", ""),
        (
            "            model.eval()\n" + FOUND,
            "            mode = model.training\n            model.eval()\n" + FOUND + "            model.train(mode)\n",
        ),
    ),
)
training_loop.misconception(
    "evaluated_with_gradient",
    edit=(FOUND, "            found = evaluate(model)\n"),
    message="The evaluation runs with gradients: a graph of all test examples is kept in memory, for nothing.",
    question="Who will call backward on the test loss?",
)
training_loop.misconception(
    "evaluated_with_every_log",
    edit=("step == len(batches) or step % evaluate_every == 0", "step == 1 or step % log_every == 0"),
    message="The test figures are logged whenever the batch is; they have a rhythm of their own.",
    question="Which argument says how often to evaluate?",
)
training_loop.misconception(
    "tensors_in_the_log",
    edits=(
        ("loss.item()", "loss"),
        ("double().mean().item()", "double().mean()"),
        (GRADIENT, GRADIENT.removesuffix(".item()")),
        (WEIGHT, WEIGHT.removesuffix(".item()")),
    ),
    message="The log holds tensors. They cannot be written as JSON, and may keep a whole graph alive.",
    question="What does json.dumps say to a tensor?",
)
training_loop.misconception(
    "summed_loss",
    edits=(
        (IN_TRAIN, IN_TRAIN.replace("labels)", 'labels, reduction="sum")')),
        (IN_SCORES, IN_SCORES.replace("labels)", 'labels, reduction="sum")')),
    ),
    message="The loss is the sum over the batch; it should be the mean.",
    question="What happens to the gradient if the batch gets twice as large?",
)
training_loop.another_form("summed_loss", edit=(IN_TRAIN, IN_TRAIN.replace("labels)", 'labels, reduction="sum")')))
training_loop.misconception(
    "squashed_twice",
    edits=(
        (IN_TRAIN, IN_TRAIN.replace("(logits,", "(logits.sigmoid(),")),
        (IN_SCORES, IN_SCORES.replace("(logits,", "(logits.sigmoid(),")),
    ),
    message="The logits go through a sigmoid, and then through that of binary_cross_entropy_with_logits.",
    question="What does the end of the function's name say about its first argument?",
)
training_loop.misconception(
    "clamped_logarithm",
    edit=(
        IN_SCORES,
        IN_SCORES.replace("F.binary_cross_entropy_with_logits(logits,", "F.binary_cross_entropy(logits.sigmoid(),"),
    ),
    message="The sigmoid of a large logit is rounded to 0 or 1 before its logarithm is taken: the loss is infinite or "
    "cut off.",
    question="What is −log(1 − σ(z)) for z = 1000, and what does your code make of 1 − σ(z)?",
)
training_loop.another_form(
    "clamped_logarithm",
    edit=(
        IN_SCORES,
        "p = logits.sigmoid(); loss = -(labels * p.log() + (1 - labels) * (1 - p).log()).mean()\n"
        '    return {"loss": loss.item()',
    ),
)
training_loop.another_form(
    "clamped_logarithm",
    edit=(
        IN_SCORES,
        "p = logits.sigmoid()\n    loss = -torch.where(labels > 0.5, p, 1 - p).log().mean()\n"
        '    return {"loss": loss.item()',
    ),
)
training_loop.misconception(
    "threshold_of_probabilities",
    edit=("(logits > 0)", "(logits > 0.5)"),
    message="A logit is compared with 0.5, the threshold of a probability.",
    question="Which logit has a probability of one half?",
)
training_loop.misconception(
    "zero_says_true",
    edit=("(logits > 0)", "(logits >= 0)"),
    message="A logit of 0 is taken for True; only what is above 0 says True.",
    question="What do your scores say of logits that are all 0, and of labels that are?",
)
training_loop.misconception(
    "norms_are_added",
    edits=(
        (GRADIENT, "float(sum(gradient.norm() for gradient in gradients))"),
        (WEIGHT, "float(sum(parameter.norm() for parameter in model.parameters()))"),
    ),
    message="The norms of the parameters are added. The norm of one long vector is the root of the sum of all squares.",
    question="What is the norm of (3, 4), and what are those of (3) and (4)?",
)
training_loop.misconception(
    "squared_norms",
    edits=((GRADIENT, f"{GRADIENT} ** 2"), (WEIGHT, f"{WEIGHT} ** 2")),
    message="The norms are squared: a root is missing.",
    question="In which unit is a norm, if the weights are in metres?",
)
training_loop.misconception(
    "frozen_weights_left_out",
    edit=("list(model.parameters())", "[p for p in model.parameters() if p.grad is not None]"),
    message="Only weights with a gradient are counted in the norm of the weights.",
    question="Are frozen parameters among all parameters?",
)
training_loop.another_form(
    "frozen_weights_left_out", edit=("list(model.parameters())", "[p for p in model.parameters() if p.requires_grad]")
)
training_loop.misconception(
    "every_parameter_has_a_gradient",
    edit=(" if parameter.grad is not None", ""),
    message="A parameter that takes no part in the loss has no gradient: its `.grad` is None.",
    question="What is the `.grad` of a frozen parameter?",
)
training_loop.another_form(  # one norm at a time
    "every_parameter_has_a_gradient",
    edits=(
        (" if parameter.grad is not None", " if parameter.requires_grad"),
        (GRADIENT, "math.hypot(*(torch.linalg.vector_norm(gradient).item() for gradient in gradients))"),
    ),
)
