"""Pictures of the ladder, and of how good one model's scores are, in the style of the book.

`runs` are what `experiment.ladder` yields or `experiment.load` reads; `scored` is {title: (labels, logits)} for models that
were judged on the same examples.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from curriculum.plots import COLOURS, INK, Picture, panels, use_style
from curriculum.progressive.experiment import Run, Size, accuracies, first_failure, is_solved, kept, make_data
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
LOOKS = ("-o", "--s", "-.^", ":D", "-v", "--x")
SHADES = LinearSegmentedColormap.from_list("ladder", ["#D55E00", "#F6D3BC", "#FFFFFF", "#BBD7E9", "#0072B2"])


def ladder_picture(runs: Sequence[Run]) -> Picture:
    """Tasks by models: the mean accuracy, its range over the seeds, and a frame where a model first fails."""
    tasks = [name for name in TASKS if any(item.task == name for item in runs)]
    models = [name for name in MODELS if any(item.model == name for item in runs)]
    seeds = len({item.seed for item in runs})
    [ax] = panels(1, size=(2.6 + 1.05 * len(models), 1.0 + 0.42 * len(tasks)))
    means = np.array([[np.mean(accuracies(runs, task, model)) for model in models] for task in tasks])
    ax.imshow(means, cmap=SHADES, vmin=0.4, vmax=1.0, aspect="auto")
    words = []
    for column, model in enumerate(models):
        first = first_failure(runs, model)
        for row, task in enumerate(tasks):
            found = accuracies(runs, task, model)
            text = f"{np.mean(found):.2f}"
            if seeds > 1:
                text += f"\n{min(found):.2f}–{max(found):.2f}"
            dark = means[row, column] > 0.92 or means[row, column] < 0.45
            colour = "#ffffff" if dark else "#111111"
            weight = "bold" if is_solved(runs, task, model) else "normal"
            ax.text(column, row, text, ha="center", va="center", fontsize=7.5, color=colour, fontweight=weight)
            if task == first:
                ax.add_patch(_frame(column, row))
        words.append(f"{MODELS[model].title} first fails at {first or 'no task'}")
    ax.set_xticks(range(len(models)), [MODELS[name].title.replace(" ", "\n", 1) for name in models], fontsize=8)
    ax.set_yticks(range(len(tasks)), [name.replace("_", " ") for name in tasks], fontsize=8.5)
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return Picture([ax], f"Test accuracy of each model on each task of the ladder. {'; '.join(words)}.")
