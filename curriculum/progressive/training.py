"""One loop that trains every model of the ladder, and tells a callback what it sees.

Symbols: `logits` (N,) are a model's answers, σ(logit) the probability of True; the loss is the mean of −log p(label).
Every model gets the same budget, the same optimizer and, for one seed, the same batches in the same order.

An event is a dict of numbers with its "step". Every `log_every` steps: `loss` and `accuracy` on the batch,
`gradient_norm` and `weight_norm` over all parameters. Every `evaluate_every` steps, and at the last: what `evaluate`
finds. On the ladder that is `test_loss` and `test_accuracy`, and the histograms `probabilities` and `logits` of the
test examples, each {"edges": …, "counts": …}.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

Log = Callable[[dict[str, Any]], None]
Evaluate = Callable[[nn.Module], dict[str, Any]]
Batch = tuple[Tensor, Tensor]
"""Examples x (N, time, features) and their labels (N,), floats that are 0 or 1."""


def train(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batches: "Sequence[Batch]",
    evaluate: "Evaluate",
    log: "Log",
    log_every: int = 10,
    evaluate_every: int = 40,
) -> None:
    """Fit `model` in place: one step of `optimizer` for each batch (x, labels), all of them, without early stopping.

    `log` is told of the batch at step 1 and every `log_every` steps, before the weights are changed; and of what
    `evaluate` finds every `evaluate_every` steps and at the last, after they were. Logging changes nothing.
    """
    for step, (x, labels) in enumerate(batches, start=1):
        model.train()
        logits = model(x)
        loss = F.binary_cross_entropy_with_logits(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        if step == 1 or step % log_every == 0:
            log({"step": step, **scores(logits, labels), **norms(model)})
        optimizer.step()
        if step == len(batches) or step % evaluate_every == 0:
            model.eval()
            with torch.no_grad():
                found = evaluate(model)
            log({"step": step, **found})


@torch.no_grad()
def scores(logits: Tensor, labels: Tensor) -> dict[str, float]:
    """The mean of −log p(label), and the share of examples on the right side of 0; a logit of 0 says False."""
    loss = F.binary_cross_entropy_with_logits(logits, labels)
    return {"loss": loss.item(), "accuracy": ((logits > 0) == labels.bool()).double().mean().item()}


@torch.no_grad()
def norms(model: nn.Module) -> dict[str, float]:
    """The Euclidean norms of all weights and of all their gradients, each taken as one long vector."""
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    return {
        "gradient_norm": nn.utils.get_total_norm(gradients).item(),
        "weight_norm": nn.utils.get_total_norm(list(model.parameters())).item(),
    }


# --- what the ladder gives to the loop


@dataclass(frozen=True)
class Data:
    """What a model trains on, and what it is judged by; labels are floats (N,), 0 or 1."""

    x: Tensor
    labels: Tensor
    test_x: Tensor
    test_labels: Tensor


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


def train_on(model: nn.Module, data: Data, budget: Budget, seed: int = 0, log: Log = ignore) -> None:
    """`train` with Adam on random batches; the same seed and starting weights give the same end."""

    def test(model: nn.Module) -> dict[str, Any]:
        logits = model(data.test_x)
        found = {f"test_{name}": value for name, value in scores(logits, data.test_labels).items()}
        return {**found, **histograms(logits)}

    batches = draw_batches(data, budget, seed)
    train(model, scheduled_adam(model, budget), batches, test, log, budget.log_every, budget.evaluate_every)


def draw_batches(data: Data, budget: Budget, seed: int) -> list[Batch]:
    """A batch for each step, of examples drawn with replacement."""
    generator = torch.Generator().manual_seed(seed)
    draws = [torch.randint(len(data.x), (budget.batch_size,), generator=generator) for _ in range(budget.steps)]
    return [(data.x[rows], data.labels[rows]) for rows in draws]


def scheduled_adam(model: nn.Module, budget: Budget) -> torch.optim.Adam:
    """Adam, which before each of its steps sets the rate that the budget has for it."""
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    steps = iter(range(1, budget.steps + 1))

    def set_rate(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        rate = budget.rate(next(steps))
        for group in optimizer.param_groups:
            group["lr"] = rate

    optimizer.register_step_pre_hook(set_rate)
    return optimizer


@torch.no_grad()
def answers(model: nn.Module, x: Tensor) -> Tensor:
    """The model's logits (N,), without a gradient."""
    logits: Tensor = model(x)
    return logits


def histograms(logits: Tensor, bins: int = 20) -> dict[str, dict[str, list[float]]]:
    """How the probabilities lie between 0 and 1, and the logits between their smallest and largest."""
    found = {}
    for name, values, span in (("probabilities", logits.sigmoid(), (0.0, 1.0)), ("logits", logits, None)):
        counts, edges = np.histogram(values.numpy(), bins, span)
        found[name] = {"edges": [round(float(edge), 4) for edge in edges], "counts": counts.tolist()}
    return found
