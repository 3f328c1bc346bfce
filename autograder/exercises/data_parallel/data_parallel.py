"""Judgement of `data_parallel.data_parallel`: copies of a model on all ranks that learn as one model in one process.

Model, optimizer and loop are the judge's own, and so is the oracle: the same model in the judge's process, in double
precision, that reads all tokens of all ranks at once. What is sent, and when, is counted by the network.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

from .data_parallel_misconceptions import add_misconceptions
from .training import Training

data_parallel = Judgement(
    "data_parallel.data_parallel",
    hints=(
        "Three things make the copies one model: the same start, the same gradients, and so the same steps. Which "
        "method is responsible for which?",
        "At the start: for each parameter and each buffer, `collectives.broadcast(tensor, comm)` gives that of rank 0. "
        "Copy it *into* the tensor (`copy_` under `torch.no_grad()`), for the optimizer may hold it already.",
        "`loss` is a mean, and means of different numbers of tokens cannot be added. `(loss * tokens).backward()` adds "
        "up gradients of *sums*. Remember how many tokens there were; before the gradients are sent, divide by that.",
        "`no_sync` is a context manager: set a flag, `try: yield`, and reset it in `finally`, also after an error.",
        "When it communicates, `backward` calls `data_parallel.average_gradients` with the tokens of *all* "
        "micro-batches of this step, then all-reduces its sum of losses and its tokens, and forgets both.",
    ),
)
LIMIT = 60
"""Bytes of a bucket: the gradients need two."""


@data_parallel.check(weight=2)
def starts_from_rank_0(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Parameters and buffers of all ranks are those of rank 0 from the start, in the tensors that they were in."""
    for world_size in (3, 1):
        training = Training.draw(rng, world_size)
        for rank, end in enumerate(training.carried_out(s, steps=0).ends):
            for name, right in training.start[0].items():
                where = f"{name} on rank {rank} of {world_size} at the start"
                yield close(where, end[name], right.double().numpy(), precision=torch.float32)


@data_parallel.check(weight=4)
def learns_as_one_process(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After several steps every rank has the weights that one process has which read all tokens at once."""
    for world_size, batches in ((2, 1), (3, 1)):
        training = Training.draw(rng, world_size, batches)
        yield from training.compared_weights(training.carried_out(s), f"of {world_size} after 3 steps")


@data_parallel.check(weight=4)
def adds_up_micro_batches(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """So it is with several micro-batches in each step, of different sizes and not equally many on each rank."""
    for world_size in (2, 1):
        training = Training.draw(rng, world_size, 3)
        yield from training.compared_weights(training.carried_out(s), f"of {world_size} after 3 steps of micro-batches")


@data_parallel.check(weight=3)
def sends_nothing_before_the_last(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In `no_sync` nothing is sent; outside there is one ring all-reduce for each bucket and two for the numbers."""
    training = Training.draw(rng, 3, 4)
    start, silent, whole = (
        training.carried_out(s, steps, finish, bucket_bytes=LIMIT).fabric
        for steps, finish in ((0, True), (1, False), (1, True))
    )
    begun, during, done = (np.array([one.messages for one in fabric.traffic]) for fabric in (start, silent, whole))
    problem = "`backward` sends something within no_sync"
    yield identical("the messages within no_sync", during - begun, np.zeros(training.world_size, dtype=int), problem)
    packed = training.buckets_of(LIMIT)
    allowed = 2 * (training.world_size - 1) * (len(packed) + 2)
    sent = done - begun
    problem = f"a rank sends {sent.max()} messages in a step, where {allowed} are enough"
    yield Observation("the messages of a step", bool((sent <= allowed).all()), sent, allowed, 0, problem, problem)
    allowed = 4 * math.ceil((max(packed) + 2) / training.world_size)  # two numbers more may travel in a bucket
    sizes = [
        event.bytes
        for rank in range(training.world_size)
        for event in [e for e in whole.events if e.kind == "send" and e.rank == rank][begun[rank] :]
    ]
    most = max(sizes, default=0)
    problem = f"a message holds {most} bytes, where the largest part of a bucket has {allowed}"
    yield Observation("the largest message of a step", most <= allowed, np.array(most), allowed, 0, problem, problem)


@data_parallel.check(weight=3)
def tells_the_loss_of_all_ranks(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`backward` returns the mean loss over all tokens of the step, of all ranks, and None within `no_sync`."""
    training = Training.draw(rng, 2, 3)
    ran = training.carried_out(s)
    _, right = training.expected()
    for rank, told in enumerate(ran.told):
        for step, (values, wanted) in enumerate(zip(told, right, strict=True)):
            problem = "`backward` returns something within no_sync"
            yield holds("what backward returns within no_sync", all(value is None for value in values[:-1]), problem)
            problem = "`backward` does not return a float of Python at the end of a step"
            yield holds("the type of the loss", isinstance(values[-1], float), problem)
            name = f"the loss of step {step} told by rank {rank}"
            yield close(name, values[-1], np.float64(wanted), roundings=64, magnitude=4.0, precision=torch.float32)


@data_parallel.check(weight=2)
def leaves_alone_what_does_not_learn(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A parameter that needs no gradient gets none; one that a rank did not use gets that of the others."""
    training = Training.draw(rng, 2, 2)
    for rank, gradients in enumerate(training.carried_out(s, steps=1).gradients):
        problem = "a parameter that needs no gradient has one"
        yield holds(f"the gradient of the frozen parameter on rank {rank}", gradients["frozen"] is None, problem)
    yield from training.compared_gradients(training.carried_out(s, steps=1, skip=True), skip=True)


@data_parallel.check(weight=2)
def leaves_no_sync_after_an_error(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After an error within `no_sync`, `backward` communicates again."""
    training = Training.draw(rng, 2, 1)
    yield from training.compared_weights(training.carried_out(s, error=True), "after an error within no_sync")


add_misconceptions(data_parallel)
