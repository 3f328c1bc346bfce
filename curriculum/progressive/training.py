"""One loop that trains every model of the ladder, and tells a callback what it sees.

Symbols: `logits` (N,) are a model's answers, σ(logit) the probability of True; the loss is the mean of −log p(label).
Every model gets the same budget, the same optimizer and, for one seed, the same batches in the same order.

An event is a dict of numbers with its "step". Every `log_every` steps: `loss` and `accuracy` on the batch,
`gradient_norm` and `weight_norm` over all parameters. Every `evaluate_every` steps, and at the last: `test_loss` and
`test_accuracy`, and the histograms `probabilities` and `logits` of the test examples, each {"edges": …, "counts": …}.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

Log = Callable[[dict[str, Any]], None]
Labels = Annotated[Tensor, "float (N,), 0 or 1"]


@dataclass(frozen=True)
class Data:
    """What a model trains on, and what it is judged by."""

    x: Tensor
    labels: Labels
    test_x: Tensor
    test_labels: Labels


@dataclass(frozen=True)
class Budget:
    """How long and how fast to learn: the same for every model."""

    steps: int = 400
    batch_size: int = 128
    learning_rate: float = 0.01
    warmup: int = 20
    log_every: int = 10
    evaluate_every: int = 40

    def rate(self, step: int) -> float:
        """The learning rate of step 1, 2, …: a linear warm-up, times half a cosine that ends at 0."""
        decay = 0.5 * (1 + math.cos(math.pi * (step - 1) / self.steps))
        return self.learning_rate * min(1.0, step / self.warmup) * decay


def ignore(event: dict[str, Any]) -> None:
    """A log for whoever wants none."""


def train(model: nn.Module, data: Data, budget: Budget, seed: int = 0, log: Log = ignore) -> None:
    """Fit `model` in place, with Adam on random batches; the same seed and starting weights give the same end.

    There is no early stopping: every model takes all its steps. Logging changes nothing in what is learned.
    """
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    batches = torch.Generator().manual_seed(seed)
    for step in range(1, budget.steps + 1):
        rows = torch.randint(len(data.x), (budget.batch_size,), generator=batches)
        x, labels = data.x[rows], data.labels[rows]
        logits = model(x)
        loss = F.binary_cross_entropy_with_logits(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        if step % budget.log_every == 0 or step == 1:
            log({"step": step, **scores(logits, labels), **norms(model)})
        for group in optimizer.param_groups:
            group["lr"] = budget.rate(step)
        optimizer.step()
        if step % budget.evaluate_every == 0 or step == budget.steps:
            test_logits = answers(model, data.test_x)
            found = {f"test_{name}": value for name, value in scores(test_logits, data.test_labels).items()}
            log({"step": step, **found, **histograms(test_logits)})


@torch.no_grad()
def answers(model: nn.Module, x: Tensor) -> Tensor:
    """The model's logits (N,), without a gradient."""
    return model(x)


@torch.no_grad()
def scores(logits: Tensor, labels: Labels) -> dict[str, float]:
    """The mean of −log p(label), and the share of examples on the right side of 0; a logit of 0 says False."""
    loss = F.binary_cross_entropy_with_logits(logits, labels)
    return {"loss": float(loss), "accuracy": float(((logits > 0) == (labels > 0)).float().mean())}


@torch.no_grad()
def norms(model: nn.Module) -> dict[str, float]:
    """The Euclidean norms of all weights and of all their gradients, each taken as one long vector."""
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    return {
        "gradient_norm": float(nn.utils.get_total_norm(gradients)),
        "weight_norm": float(nn.utils.get_total_norm(list(model.parameters()))),
    }


def histograms(logits: Tensor, bins: int = 20) -> dict[str, dict[str, list[float]]]:
    """How the probabilities lie between 0 and 1, and the logits between their smallest and largest."""
    found = {}
    for name, values, span in (("probabilities", logits.sigmoid(), (0.0, 1.0)), ("logits", logits, None)):
        counts, edges = np.histogram(values.numpy(), bins, span)
        found[name] = {"edges": [round(float(edge), 4) for edge in edges], "counts": counts.tolist()}
    return found
