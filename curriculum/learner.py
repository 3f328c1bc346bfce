"""A model that learns on several ranks, however it is spread over them: the interface of all strategies.

A *rank* is one process; there are W of them. A *slice* is 1/W: FSDP2 cuts a parameter by rows, ZeRO-3 cuts the row of
all its numbers.

A loss is given as this rank's *share*: the sum of the shares of all ranks is the loss. All strategies average gradients
over the ranks, so each share is multiplied by W before its backward pass; then the gradient is that of the sum, whoever
had how many rows of the batch.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from curriculum.train_gpt import Place

MOMENTS = ("exp_avg", "exp_avg_sq")
MakeOptimizer = Callable[[nn.Module], torch.optim.Optimizer]
Losses = Sequence[Callable[[], Tensor]]
State = dict[str, dict[str, Tensor]]
"""Of "model", "exp_avg" and "exp_avg_sq", each parameter's tensor by its name: whole, or a DTensor of its rows."""


class Learner(ABC):
    """A model that learns, its optimizer, and the part of both that this rank keeps."""

    def __init__(self, model: nn.Module, place: Place, clip: float) -> None:
        """`model` is the same on every rank. Gradients are scaled to a norm of at most `clip`, that of all ranks."""
        self.place, self.clip = place, clip
        self.gradient_bytes = 0
        """Of what this rank kept of the gradients in the last step."""
        self.steps = 0
        self.shape = copy.deepcopy(model).to("meta")
        self.model = model

    @abstractmethod
    def __call__(self, *inputs: Tensor) -> Any:
        """The model's outputs; every rank must call it as often as the others."""

    @abstractmethod
    def step(self, losses: Losses) -> float:
        """One step along the gradient of the sum of all losses of all ranks; the norm of that gradient before clipping.

        Each loss is computed and forgotten before the next. Every rank must have as many.
        """

    @property
    @abstractmethod
    def groups(self) -> list[dict[str, Any]]:
        """The optimizer's groups, of which `lr` may be set."""

    @abstractmethod
    def full(self, parameter: Tensor) -> Tensor:
        """One parameter, whole, on every rank."""

    @abstractmethod
    def state(self) -> State:
        """What a checkpoint holds: this rank's part of it."""

    @abstractmethod
    def restore(self, state: State, steps: int) -> None:
        """Take up a state, of which this rank's part was read into `self.state()`, as it was after so many steps."""

    @abstractmethod
    def bytes_kept(self) -> dict[str, int]:
        """Bytes that this rank keeps between two steps: of parameters, of copies of them, and of moments."""

    @torch.no_grad()
    def whole(self, part: str = "") -> Any:
        """A plain copy of the model, or of its submodule of that name, on every rank: to write texts with."""
        made = copy.deepcopy(self.shape.get_submodule(part)).to_empty(device=self.place.device)
        source = self.model.get_submodule(part)
        for mine, parameter in zip(made.parameters(), source.parameters(), strict=True):
            mine.copy_(self.full(parameter))
        return made.eval()
