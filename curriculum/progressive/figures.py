"""Pictures of the ladder, and of how good scores are, in the style of the book.

`runs` are what `experiment.ladder` yields or `experiment.load` reads. `scored` is {title: (labels, logits)}, for models
that were judged on the same examples: labels boolean (N,), logits (N,).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from curriculum.plots import COLOURS, INK, Picture, panels, use_style
from curriculum.progressive.experiment import (
    SOLVED,
    Run,
    Size,
    accuracies,
    first_failure,
    is_solved,
    kept,
    make_data,
)
from curriculum.progressive.metrics import (
    area_under_roc,
    average_precision,
    calibration,
    confusion_matrix,
    precision_recall_curve,
    roc_curve,
)
from curriculum.progressive.models import MODELS
from curriculum.progressive.tasks import TASKS

Scored = Mapping[str, tuple[np.ndarray, np.ndarray]]
LOOKS = ("-", "--", "-.", ":", "-", "--")
SHADES = LinearSegmentedColormap.from_list("chance to right", ["#F7F7F7", "#9CC7E3", "#0072B2"])


def ladder_picture(runs: Sequence[Run]) -> Picture:
    """Tasks by models: the mean accuracy over the seeds, its range, and a frame where a model first fails."""
    tasks = [name for name in TASKS if any(item.task == name for item in runs)]
    models = [name for name in MODELS if any(item.model == name for item in runs)]
    [ax] = panels(1, size=(2.4 + 1.0 * len(models), 0.9 + 0.42 * len(tasks)))
    means = np.array([[np.mean(accuracies(runs, task, model)) for model in models] for task in tasks])
    ax.imshow(means, cmap=SHADES, vmin=0.5, vmax=1.0, aspect="auto")
    words = []
    for column, model in enumerate(models):
        first = first_failure(runs, model)
        words.append(f"{MODELS[model].title} first fails at {(first or 'no task').replace('_', ' ')}")
        for row, task in enumerate(tasks):
            found = accuracies(runs, task, model)
            text = f"{np.mean(found):.2f}"
            if len(found) > 1:
                text += f"\n{min(found):.2f}–{max(found):.2f}"
            ax.text(
                column,
                row,
                text,
                ha="center",
                va="center",
                fontsize=7.5,
                color="#ffffff" if means[row, column] > 0.87 else "#111111",
                fontweight="bold" if is_solved(runs, task, model) else "normal",
            )
            if task == first:
                frame = Rectangle(
                    (column - 0.46, row - 0.44), 0.92, 0.88, fill=False, edgecolor=COLOURS[1], linewidth=2.5
                )
                ax.add_patch(frame)
    ax.set_xticks(range(len(models)), [MODELS[name].title.replace(" ", "\n", 1) for name in models], fontsize=8)
    ax.set_yticks(range(len(tasks)), [name.replace("_", " ") for name in tasks], fontsize=8.5)
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.spines[:].set_visible(False)
    return Picture([ax], f"Test accuracy of each model on each task of the ladder. {'; '.join(words)}.")


def learning_curves(runs: Sequence[Run], tasks: Sequence[str], evaluate_every: int) -> Picture:
    """Test accuracy over the steps, a panel for each task: the mean over the seeds, and a band from least to most."""
    axes = panels(len(tasks), size=(3.6, 2.8))
    for ax, task in zip(axes, tasks, strict=True):
        for number, (model, entry) in enumerate(MODELS.items()):
            curves = [item.curve for item in runs if (item.task, item.model) == (task, model)]
            if curves:
                steps = evaluate_every * np.arange(1, len(curves[0]) + 1)
                look: dict[str, Any] = {"color": COLOURS[number], "linestyle": LOOKS[number], "label": entry.title}
                ax.plot(steps, np.mean(curves, axis=0), **look)
                ax.fill_between(steps, np.min(curves, axis=0), np.max(curves, axis=0), color=COLOURS[number], alpha=0.2)
        ax.set(title=task.replace("_", " "), xlabel="step", ylim=(0.45, 1.02))
    axes[0].set_ylabel("test accuracy")
    axes[-1].legend(fontsize=7)
    named = ", ".join(task.replace("_", " ") for task in tasks)
    return Picture(axes, f"Test accuracy of the models over the steps of training, on {named}.")


# --- how good are the scores?


def _square(ax: Axes, title: str, x: str, y: str) -> None:
    ax.set(title=title, xlabel=x, ylabel=y, xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")


def curves_picture(scored: Scored) -> Picture:
    """The ROC curve, the precision–recall curve and the calibration of each model, with one number each."""
    roc, recall, calibrated = axes = panels(3, size=(3.4, 3.4))
    words = []
    for number, (title, (labels, logits)) in enumerate(scored.items()):
        look: dict[str, Any] = {"color": COLOURS[number], "linestyle": LOOKS[number]}
        area, mean_precision = area_under_roc(labels, logits), average_precision(labels, logits)
        false_rate, true_rate, _ = roc_curve(labels, logits)
        roc.plot(false_rate, true_rate, **look, label=f"{title}: {area:.3f}")
        precision, recalled, _ = precision_recall_curve(labels, logits)
        # Steps, not slopes: between two points precision is not linear in recall.
        recall.step(recalled, precision, where="pre", **look, label=f"{title}: {mean_precision:.3f}")
        bins = calibration(labels, 1 / (1 + np.exp(-logits.astype(np.float64))))
        calibrated.plot(
            bins.predicted, bins.observed, marker="o", markersize=3, **look, label=f"{title}: {bins.error:.3f}"
        )
        words.append(f"{title}: area {area:.2f}, average precision {mean_precision:.2f}, error {bins.error:.2f}")
    for ax in (roc, calibrated):
        ax.plot([0, 1], [0, 1], color=INK, alpha=0.4, linewidth=1)
    share = float(np.mean(next(iter(scored.values()))[0]))
    recall.axhline(share, color=INK, alpha=0.4, linewidth=1)
    _square(roc, "ROC (area)", "false-positive rate", "true-positive rate")
    _square(recall, "precision–recall (average)", "recall", "precision")
    _square(calibrated, "calibration (error)", "predicted probability", "observed frequency")
    roc.legend(fontsize=7, loc="lower right")
    recall.legend(fontsize=7, loc="lower left")
    calibrated.legend(fontsize=7, loc="upper left")
    return Picture(axes, f"ROC, precision–recall and calibration curves. {'; '.join(words)}.")


def confusion_picture(scored: Scored) -> Picture:
    """The confusion matrix of each model, at the threshold of logit 0: counts, shaded by the share of their row."""
    axes = panels(len(scored), size=(2.4, 2.5))
    words = []
    for ax, (title, (labels, logits)) in zip(axes, scored.items(), strict=True):
        matrix = confusion_matrix(labels, logits > 0)
        shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
        ax.imshow(shares, cmap=SHADES, vmin=0.0, vmax=1.0)
        for row, column in np.ndindex(2, 2):
            colour = "#ffffff" if shares[row, column] > 0.7 else "#111111"
            ax.text(column, row, f"{matrix[row, column]:,}", ha="center", va="center", color=colour)
        ax.set(title=title, xlabel="prediction", ylabel="label")
        ax.set_xticks([0, 1], ["False", "True"])
        ax.set_yticks([0, 1], ["False", "True"], rotation=90, va="center")
        words.append(f"{title}: {matrix[0, 1]} false alarms and {matrix[1, 0]} misses of {len(labels)}")
    return Picture(axes, f"Confusion matrices. {'; '.join(words)}.")


# --- the report of the command

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Progressive transformers</title>
<style>body{{font:16px/1.5 sans-serif;max-width:72em;margin:2em auto;padding:0 1em}}</style></head>
<body><h1>Progressive transformers</h1>
<p>Accuracy on {test:,} test examples after {steps:,} steps; {seeds}. Bold: most seeds reach {solved}. Framed: where a
model first fails.</p>
{ladder}
{tasks}
</body></html>
"""


def write_report(folder: Path, runs: Sequence[Run], size: Size) -> Path:
    """`report.html` in `folder`: the ladder, and for each task how good the scores of the lowest seed are."""
    use_style()
    logits = {(item.task, item.model, item.seed): found for item, found in kept(folder, size)}
    seeds = sorted({item.seed for item in runs})
    sections = []
    for task in dict.fromkeys(item.task for item in runs):
        labels = make_data(task, seeds[0], size).test_labels.numpy() > 0
        models = [item.model for item in runs if (item.task, item.seed) == (task, seeds[0])]
        scored = {MODELS[name].title: (labels, np.array(logits[task, name, seeds[0]])) for name in models}
        pictures = (
            learning_curves([item for item in runs if item.task == task], [task], size.budget.evaluate_every),
            curves_picture(scored),
            confusion_picture(scored),
        )
        drawn = "\n".join(picture._repr_html_() for picture in pictures)
        needs = TASKS[task].needs
        sections.append(f"<details><summary><b>{task}</b>, which needs {needs}</summary>\n{drawn}\n</details>")
    page = folder / "report.html"
    page.write_text(
        PAGE.format(
            test=size.test_examples,
            steps=size.budget.steps,
            seeds="one seed" if len(seeds) == 1 else f"{len(seeds)} seeds",
            solved=SOLVED,
            ladder=ladder_picture(runs)._repr_html_(),
            tasks="\n".join(sections),
        ),
        encoding="utf-8",
    )
    return page
