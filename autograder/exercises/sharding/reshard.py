"""Judgement of `sharding.reshard`: what N ranks saved is loaded by M.

The files live with the judge, who counts what each rank writes and reads. What a file is called, and whether there are
some with other things in them, is the learner's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, same_type
from autograder.ranks import on_every_rank
from autograder.submission import Remote, Submission

from .parts import over, part
from .reshard_misconceptions import add_misconceptions

reshard = Judgement(
    "sharding.reshard",
    hints=(
        "Put all that was saved into one row, without the padding. Which elements of it are a rank's part depends only "
        "on how many ranks there are now.",
        "Rank r of N writes `shard[: length - r * len(shard)]`, or nothing where that is negative: then the lengths of "
        "the files add up to `length`, and each file says how much was in it.",
        "A file that begins at element b of the row has of your part, elements a to z of the row, its own elements "
        "a − b to z − b. Negative ones do not exist, and `read` stops at the end of the file by itself.",
        'Names are texts: `sorted(["2", "10"])` puts "10" first. Sort by the number.',
    ),
)
DTYPES = (torch.float32, torch.float64)
ROOM = 8
"""Elements for each file that a rank may write or read beyond its part."""


@dataclass
class Folder:
    """Files, and what one rank did with them."""

    rng: np.random.Generator
    files: dict[str, Tensor] = field(default_factory=dict)
    wrote: int = 0
    has_read: int = 0

    def write(self, name: Any, vector: Any) -> None:
        if not isinstance(name, str) or not isinstance(vector, Tensor) or vector.ndim != 1:
            raise ValueError("write takes a name and a vector")
        if name in self.files:
            raise FileExistsError("there is a file of this name already")
        self.files[name] = vector.clone()
        self.wrote += len(vector)

    def names(self) -> list[str]:
        found = sorted(self.files)
        return [found[index] for index in self.rng.permutation(len(found))]

    def length(self, name: Any) -> int:
        return len(self._file(name))

    def read(self, name: Any, start: Any, stop: Any) -> Tensor:
        if type(start) is not int or type(stop) is not int or start < 0 or stop < 0:
            raise ValueError("read takes a name and two ints of at least 0")
        found = self._file(name)[start:stop].clone()
        self.has_read += len(found)
        return found

    def _file(self, name: Any) -> Tensor:
        if name not in self.files:
            raise FileNotFoundError("there is no file of this name")
        return self.files[name]


METHODS = ("write", "names", "length", "read")


class Checkpoint:
    """A vector, saved by `saved_on` ranks and loaded by `loaded_on`."""

    def __init__(
        self, rng: np.random.Generator, length: int, saved_on: int, loaded_on: int, dtype: torch.dtype = torch.float64
    ) -> None:
        self.rng, self.length, self.saved_on, self.loaded_on = rng, length, saved_on, loaded_on
        self.vector = torch.from_numpy(rng.standard_normal(length)).to(dtype)
        self.where = f"{length} elements saved on {saved_on} ranks and loaded on {loaded_on}"

    def shards(self, world_size: int) -> list[Tensor]:
        size = part(self.length, world_size)
        padded = torch.cat([self.vector, self.vector.new_zeros(size * world_size - self.length)])
        return list(padded.split(size))

    def folder(self, files: dict[str, Tensor]) -> Folder:
        """One rank's view of the files, with an order of its own: ranks work at the same time."""
        return Folder(np.random.default_rng(int(self.rng.integers(1 << 31))), files)

    def saved(self, s: Submission) -> list[Folder]:
        """What each rank wrote, by its rank. They write at the same time, but each name is there once."""
        files: dict[str, Tensor] = {}
        folders = [self.folder(files) for _ in range(self.saved_on)]
        shards = self.shards(self.saved_on)

        def work(copy: Submission, comm: Remote, rank: int) -> Any:
            held = copy.hold(shards[rank])
            copy.call("save_shard", held, self.length, copy.lend(folders[rank], *METHODS), comm)
            return held.fetch()

        self.given = on_every_rank(s, self.saved_on, work).results
        return folders

    def loaded(self, s: Submission, files: dict[str, Tensor]) -> tuple[list[Any], list[Folder]]:
        """The shards of the ranks that load, and what each has read."""
        folders = [self.folder(files) for _ in range(self.loaded_on)]

        def work(copy: Submission, comm: Remote, rank: int) -> Any:
            return copy.call("load_shard", copy.lend(folders[rank], *METHODS), comm)

        return on_every_rank(s, self.loaded_on, work).results, folders

    def compared(self, s: Submission) -> Iterator[Observation]:
        results, _ = self.loaded(s, self.saved(s)[0].files)
        for rank, (got, right) in enumerate(zip(results, self.shards(self.loaded_on), strict=True)):
            yield same_type(f"the shard of rank {rank}: {self.where},", got, right)
            yield close(f"the shard of rank {rank}: {self.where},", got, right)


@reshard.check(weight=3)
def loads_what_was_saved(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each of M ranks gets its part of the vector, padded with zeros, whatever N has been."""
    for saved_on, loaded_on in ((4, 2), (2, 3), (1, 3), (3, 1)):
        yield from Checkpoint(rng, int(rng.integers(13, 30)), saved_on, loaded_on).compared(s)


@reshard.check(weight=2)
def knows_padding_from_data(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Padding is not loaded as data, and zeros of the data are not padding; some ranks may have padding only."""
    for length, saved_on, loaded_on in ((2, 4, 3), (3, 2, 4)):
        checkpoint = Checkpoint(rng, length, saved_on, loaded_on)
        yield from checkpoint.compared(s)
    ending = Checkpoint(rng, 9, 2, 3)
    ending.vector[[3, 4, 7, 8]] = 0.0
    yield from ending.compared(s)


@reshard.check(weight=2)
def writes_and_reads_its_part(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A rank writes no more than its own part, and reads no more than its own: it never has the whole."""
    checkpoint = Checkpoint(rng, 900 + int(rng.integers(90)), 3, 4)
    folders = checkpoint.saved(s)
    written = [folder.wrote for folder in folders]
    allowed = part(checkpoint.length, 3) + ROOM
    problem = f"a rank writes {max(written)} elements, and its part has {part(checkpoint.length, 3)}"
    yield over("the elements written", written, allowed, problem)
    results, folders = checkpoint.loaded(s, folders[0].files)
    read = [folder.has_read for folder in folders]
    problem = f"a rank reads {max(read)} elements, and its part has {part(checkpoint.length, 4)}"
    yield over("the elements read", read, part(checkpoint.length, 4) + ROOM * len(folders[0].files), problem)
    for got, right in zip(results, checkpoint.shards(4), strict=True):
        yield close("a shard", got, right)


@reshard.check(weight=2)
def puts_many_files_in_order(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Shards of more than ten ranks are put together in the order of the ranks."""
    yield from Checkpoint(rng, 40 + int(rng.integers(20)), 12, 2).compared(s)


@reshard.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loaded shards have the dtype of the saved ones, which are not changed."""
    for dtype in DTYPES:
        checkpoint = Checkpoint(rng, 7, 2, 3, dtype)
        yield from checkpoint.compared(s)
        for got, right in zip(checkpoint.given, checkpoint.shards(2), strict=True):
            yield identical("a shard after it was saved", got, right, "save_shard changes its shard")


add_misconceptions(reshard)
