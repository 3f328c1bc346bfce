"""Judgement of `pipeline.run_stage`: one stage of a real pipeline, on ranks with the judge as the network.

The oracle is the whole model on the whole batch in one process. Each stage tells the judge's clock when it works, so
the order of the passes and the time of the whole are known, and messages are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

from .case import BACKWARD, FORWARD, NAMES, Done, Run, numbered
from .replaying import Schedule, in_turn, one_by_one, replay, whole_time
from .run_stage_misconceptions import add_misconceptions

run_stage = Judgement(
    "pipeline.run_stage",
    hints=(
        "Write the loop over the passes for one stage alone first: a forward pass keeps what went in and what came "
        "out, by the number of its micro-batch; a backward pass takes both out again.",
        "What is received in a forward pass has to ask for its gradient: `requires_grad_()`. After "
        "`y.backward(gradient)` that gradient is in `x.grad`, and goes to the left.",
        "The loss of the batch is the mean over the micro-batches, and gradients of backward passes add up. So by what "
        "is the loss of a micro-batch divided?",
        "In 1F1B a stage has an activation for the right while its right neighbour has a gradient for it. If both send "
        "first, nobody receives. Put off sending until it is clear what the next pass needs, and if it needs "
        "something, do both with `comm.exchange`.",
        "Between two passes there is at most one thing to send and one to receive: send, receive, or exchange. After "
        "the last pass something may be left to send.",
    ),
)


def same_gradients(where: str, run: Run, done: Done) -> Iterator[Observation]:
    """The gradients of every stage are those of one process."""
    _, right = run.right()
    for stage, gradients in enumerate(right):
        for name in NAMES:
            got = done.gradients[stage][name]
            size = float(gradients[name].abs().max())
            at = f"the gradient of {name} of stage {stage} {where}"
            yield close(at, got, gradients[name].numpy(), roundings=256, magnitude=max(size, 0.05), precision=run.dtype)


@run_stage.check(weight=3)
def learns_what_one_process_learns(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """By a schedule of GPipe, every stage gets the gradients of the whole model on the whole batch."""
    for stages, micro_batches in ((2, 2), (3, int(rng.integers(3, 6)))):
        run = Run.draw(rng, stages, micro_batches)
        done = run.carried_out(s, in_turn(stages, micro_batches))
        yield from same_gradients(f"of {stages}, by GPipe", run, done)


@run_stage.check(weight=4)
def works_in_turn_with_its_neighbours(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """By a schedule of 1F1B nobody waits for ever, and the gradients are the same."""
    for stages, micro_batches in ((2, 4), (4, 5)):
        run = Run.draw(rng, stages, micro_batches)
        done = run.carried_out(s, one_by_one(stages, micro_batches))
        yield from same_gradients(f"of {stages}, by 1F1B", run, done)


def by_the_schedule(where: str, run: Run, schedule: Schedule, done: Done) -> Iterator[Observation]:
    for rank, passes in enumerate(schedule):
        text = f"{where}: rank {rank} does not make its passes in the order of the schedule, each once"
        yield identical(f"the passes of rank {rank} {where}", done.passes(rank), numbered(passes), text)
    yield from same_gradients(where, run, done)


@run_stage.check(weight=2)
def keeps_to_the_schedule(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """It makes its passes in their order, each once, whichever schedule it is."""
    for where, schedule in (
        ("by 1F1B", one_by_one(3, 4)),
        ("by GPipe with the last micro-batch back first", in_turn(2, 4, backward_first_to_last=False)),
        ("by one micro-batch after the other", [[(kind, i) for i in range(3) for kind in "FB"]] * 2),
    ):
        run = Run.draw(rng, len(schedule), len(schedule[0]) // 2)
        yield from by_the_schedule(where, run, schedule, run.carried_out(s, schedule))


@run_stage.check(weight=2)
def waits_for_nothing_else(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What a pass gives goes on at once, so nobody begins a pass later than the schedule needs."""
    schedule = one_by_one(3, 5)
    run = Run.draw(rng, 3, 5)
    done = run.carried_out(s, schedule)
    yield from by_the_schedule("by 1F1B", run, schedule, done)
    right = whole_time(replay(schedule, [FORWARD] * 3, [BACKWARD] * 3))
    yield close("the time of the whole by 1F1B", done.seconds, right)
    # A stage is slower than the one that it sends to, which so is there already: no rank has to wait until it can send.
    schedule, forward, backward = in_turn(3, 3), [3.0, 2.0, 1.0], [1.0, 2.0, 3.0]
    run = Run.draw(rng, 3, 3)
    done = run.carried_out(s, schedule, forward=forward, backward=backward)
    yield from by_the_schedule("by GPipe", run, schedule, done)
    for rank, passes in enumerate(replay(schedule, forward, backward)):
        starts = np.array([start for start, _ in passes])
        found = close(f"when the passes of rank {rank} begin by GPipe", np.array(done.starts(rank)), starts)
        text = f"by GPipe rank {rank} begins passes later than it could: something that is ready does not leave at once"
        yield found if found.passed else replace(found, summary=text)


@run_stage.check(weight=2)
def sends_nothing_twice(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each activation goes to the right once, each gradient to the left once, and nothing else is sent."""
    run = Run.draw(rng, 3, 4)
    done = run.carried_out(s, in_turn(3, 4))
    yield from same_gradients("of 3, by GPipe", run, done)
    sent = [traffic.bytes_sent for traffic in done.ranks.fabric.traffic]
    text = "the ranks send other numbers of bytes than the activations and gradients have"
    yield identical("the bytes that the ranks send", sent, run.bytes_sent(), text)


@run_stage.check(weight=3)
def holds_what_the_schedule_holds(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """By 1F1B a stage needs no more memory for more micro-batches."""
    few, many, examples, width = 4, 12, 1 << 12, 32
    one = 4 * examples * width  # the bytes of one activation
    done = []
    for micro_batches in (few, many):
        run = Run.draw(rng, 3, micro_batches, examples, [width] * 4)
        done.append(run.carried_out(s, one_by_one(3, micro_batches), memory=True))
    yield from same_gradients("of large activations", run, done[1])
    for rank, (before, after) in enumerate(zip(done[0].held, done[1].held, strict=True)):
        text = f"rank {rank} holds more for {many} micro-batches than for {few}, by 1F1B"
        grown = (after - before) / one
        yield Observation(f"what rank {rank} holds more", grown <= 3.0, np.float64(grown), 0.0, 2.0, text, text)
    # The same of the process itself, which nothing can hide from: of the rank that has neither data nor targets.
    processes = [one_run.ranks.bytes_held for one_run in done]
    if all(processes):
        grown = (processes[1][1] - processes[0][1]) / one
        text = f"the process of rank 1 holds more for {many} micro-batches than for {few}, by 1F1B"
        yield holds("the process of rank 1", grown <= 2 * (many - few), text)


@run_stage.check(weight=2)
def tells_the_loss_on_the_last_rank(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The last rank returns the mean loss of the batch as a float, the others None."""
    run = Run.draw(rng, 3, 4)
    done = run.carried_out(s, in_turn(3, 4))
    yield holds("the loss as a float", isinstance(done.losses[-1], float), "the last rank returns no float")
    yield close("the loss", done.losses[-1], run.right()[0], roundings=128, magnitude=2.0, precision=run.dtype)
    for rank in (0, 1):
        problem = f"rank {rank} returns something, but only the last one knows the loss"
        yield identical(f"what rank {rank} returns", done.losses[rank], None, problem)


@run_stage.check()
def works_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A single rank is the first and the last: it sends nothing, and has the loss."""
    for schedule in (in_turn(1, 3), one_by_one(1, 3)):
        run = Run.draw(rng, 1, 3)
        done = run.carried_out(s, schedule)
        yield from same_gradients("of one stage alone", run, done)
        yield close("the loss of one stage alone", done.losses[0], run.right()[0], roundings=128, precision=run.dtype)


@run_stage.check()
def takes_doubles_and_changes_no_input(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In float64 it is as exact as that allows; the micro-batches are not changed."""
    run = Run.draw(rng, 2, 3, dtype=torch.float64)
    done = run.carried_out(s, one_by_one(2, 3))
    yield from same_gradients("in float64", run, done)
    for i, (got, was) in enumerate(zip(done.inputs, run.inputs, strict=True)):
        yield identical(f"micro-batch {i}", got, was, f"micro-batch {i} was changed")


add_misconceptions(run_stage)
