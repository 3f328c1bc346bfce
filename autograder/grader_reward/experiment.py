"""What the book shows: `python -m autograder.grader_reward.experiment` → `results/grader_reward.json`.

For each seed: a policy learns by GRPO from the judge's verdicts on some blanks; random search gets as many verdicts;
both are tried on blanks that were never learned from. Then a policy learns from each weakened grader, and what it
writes is judged by the real one. A run that was done is kept, so an experiment that is stopped goes on where it was,
and so is every verdict.
"""

from __future__ import annotations

import copy
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import click
import torch
from torch import Tensor

from curriculum.experiment_files import once, write_result
from curriculum.language_models import LanguageModel, ModelOptions, language_model
from curriculum.provenance import provenance
from curriculum.sampling import generate
from curriculum.train_grpo import GRPOConfig

from .blank import LEARNED, SISTER, STRANGER, Blank
from .blanks import BLANKS, blanks_of
from .grammar import VOCABULARY
from .policy import Writer
from .remembering import Remembering
from .search import search
from .verdicts import Found, Judge, Verdicts, judged, misconceptions
from .weak import WEAKENINGS, Weakening, certificate
from .world import COMPLETION_LENGTH, PROMPT_LENGTH, BlankWorld

MODEL = ModelOptions(n_layer=2, n_head=4, d_model=64)
LEARNING = GRPOConfig(
    updates=150, prompts=30, group=16, learning_rate=1e-3, kl_coef=0.05, checklist=False, measured=30 * 16, every=10
)
EXPLOITING = GRPOConfig(updates=40, prompts=4, group=32, learning_rate=1e-3, checklist=False, measured=64, every=2)
HELD_OUT_BUDGET = 200
"""Verdicts for each blank that was never learned from."""
HELD_OUT_TEXTS = 16
SHOWN = 6
"""Of the expressions of a trained policy, how many are shown."""


def fresh(seed: int) -> LanguageModel:
    """A policy that knows the language and nothing else."""
    torch.manual_seed(seed)
    model = language_model(MODEL, len(VOCABULARY), PROMPT_LENGTH + COMPLETION_LENGTH)
    return cast(LanguageModel, Writer(model).eval())  # it has their interface


def looked_at(world: BlankWorld, tokens: Tensor) -> dict[str, dict[str, Any]]:
    """Of each blank: the share of its texts that pass, what is written most often, and what the judge says of that."""
    written: dict[Blank, list[str]] = defaultdict(list)
    texts = Counter(world.blank(row) for row in tokens)
    for asked in world.asked(tokens):
        if asked is not None:
            written[asked[0]].append(asked[1])
    seen = {}
    for blank, expressions in written.items():
        found = world.verdicts([(blank, expression) for expression in expressions])
        best, count = Counter(expressions).most_common(1)[0]
        of_best = found[expressions.index(best)]
        seen[blank.name] = {
            "passing": round(sum(item.passed for item in found) / texts[blank], 4),
            "said": best,
            "share": round(count / texts[blank], 4),
            "right": of_best.passed,
            "named": [] if of_best.passed else misconceptions(blank, best),
        }
    return seen


class Learning:
    """A policy that learns from verdicts on some blanks, and looks at others as well."""

    def __init__(self, config: GRPOConfig, blanks: Sequence[Blank], held_out: Sequence[Blank], judge: Judge) -> None:
        self.verdicts = Verdicts(judge)
        self.judge = judge
        self.world = BlankWorld(blanks, self.verdicts)
        # What is only looked at is judged too, but does not count: nothing is learned from it.
        self.looking = [BlankWorld(some, Verdicts(judge)) for some in (blanks, held_out) if some]
        self.rewarding = 0.0
        self.history: list[dict[str, Any]] = []
        self.model = fresh(config.seed)
        self.training = Remembering(config, self.model, self.world, self.rewards, self.evaluate)

    def rewards(self, tokens: Tensor) -> Tensor:
        started = time.perf_counter()
        rewards = self.world.rewards(tokens)
        self.rewarding += time.perf_counter() - started
        return rewards

    def evaluate(self, tokens: Tensor) -> dict[str, float]:
        seen = looked_at(self.looking[0], tokens)
        for world in self.looking[1:]:
            prompts = world.prompts(HELD_OUT_TEXTS * len(world.blanks))
            seen |= looked_at(world, generate(self.model, prompts, world.completion_length))
        self.history.append({"update": self.training.done, "verdicts": self.verdicts.count, "blanks": seen})
        return {"solved": sum(item["passing"] for item in seen.values()) / len(seen)}

    def run(self) -> dict[str, Any]:
        """Train to the end; what is kept of it."""
        judged_before, judging_before = self.judge.judged, self.judge.seconds
        log: list[dict[str, Any]] = []
        self.training.train(log.append)
        return {
            "history": self.history,
            "reward": [record.get("batch_reward") for record in log],
            "silent": [record.get("silent") for record in log],
            "entropy": [record.get("entropy") for record in log],
            "kl": [record["kl"] for record in log],
            "solved_at": self.verdicts.solved_at(),
            "verdicts": self.verdicts.count,
            "asked": self.verdicts.asked,
            "judged": self.judge.judged - judged_before,
            "judging_seconds": round(self.judge.seconds - judging_before, 1),
            "rewarding_seconds": round(self.rewarding, 1),
            "seconds": round(self.training.seconds, 1),
        }


def learned(seed: int, judge: Judge, updates: int) -> dict[str, Any]:
    """Learning from the real grader, and the search that gets as many verdicts; then both where nothing was learned."""
    held_out = blanks_of(SISTER, STRANGER)
    learning = Learning(replace(LEARNING, seed=seed, updates=updates), blanks_of(LEARNED), held_out, judge)
    start = copy.deepcopy(learning.model)
    record = learning.run()
    peer = Verdicts(judge)
    search(start, blanks_of(LEARNED), peer, learning.verdicts.count, seed)
    record["search_solved_at"] = peer.solved_at()
    for name, model in (("held_out", learning.model), ("search_held_out", start)):
        record[name] = {blank.name: tries(model, blank, judge, seed) for blank in held_out}
    return record


def tries(model: LanguageModel, blank: Blank, judge: Judge, seed: int) -> int | None:
    """How many verdicts it takes until something passes that the model writes for a blank; None if none does."""
    verdicts = Verdicts(judge)
    search(model, [blank], verdicts, HELD_OUT_BUDGET, seed)
    return verdicts.solved_at().get(blank.name)


def exploited(weakening: Weakening, seed: int, judge: Judge, updates: int) -> dict[str, Any]:
    """Learning from a weakened grader: how much of what is written passes there, and how much the real one."""
    learning = Learning(replace(EXPLOITING, seed=seed, updates=updates), [weakening.blank], [], judge)
    real, passing = Verdicts(judge), []
    texts: list[str] = []

    def evaluate(tokens: Tensor) -> dict[str, float]:
        nonlocal texts
        texts = [item[1] for item in learning.looking[0].asked(tokens) if item is not None]
        found = real([(weakening.real, text) for text in texts])
        passing.append(round(sum(item.passed for item in found) / len(tokens), 4))
        return Learning.evaluate(learning, tokens)

    learning.training.evaluate = evaluate
    record = learning.run()
    return {
        "update": [item["update"] for item in record["history"]],
        "weak": [item["blanks"][weakening.real.name]["passing"] for item in record["history"]],
        "real": passing,
        "said": [
            _said(text, count / len(texts), weakening, judge) for text, count in Counter(texts).most_common(SHOWN)
        ],
        **{name: record[name] for name in ("verdicts", "asked", "seconds")},
    }


def _said(text: str, share: float, weakening: Weakening, judge: Judge) -> dict[str, Any]:
    weak, real = judge([(weakening.blank, text), (weakening.real, text)])
    named = [] if real.passed else misconceptions(weakening.real, text)
    return {"text": text, "share": round(share, 4), "weak": weak.passed, "real": real.passed, "named": named}


def certificates() -> dict[str, Any]:
    """What the certificates of the weakened exercises say, and those of the real ones."""
    exercises = [item.exercise for item in WEAKENINGS] + [item.real.exercise for item in WEAKENINGS]
    return {exercise.id: certificate(exercise) for exercise in dict.fromkeys(exercises)}


def judged_again(runs: dict[str, dict[str, Any]], seeds: int = 10) -> dict[str, int]:
    """On how many fresh hidden seeds each expression passes that a policy ended with and that passed."""
    ends = {
        (name, seen["said"])
        for run in runs.values()
        for name, seen in run["history"][-1]["blanks"].items()
        if seen["right"]
    }
    by_name = {blank.name: blank for blank in BLANKS}
    passes: dict[str, int] = {}
    for name, text in sorted(ends):
        source = by_name[name].submission(text)
        found: list[Found] = [judged(by_name[name].exercise, source, seed) for seed in range(1, seeds + 1)]
        passes[f"{name}: {text}"] = sum(item.passed for item in found)
    return passes


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True, help="Seeds 0 to this, less one.")
@click.option("--updates", default=LEARNING.updates, show_default=True, help="Of the real grader's policy.")
@click.option(
    "--weak-updates", default=EXPLOITING.updates, show_default=True, help="Of the weakened graders' policies."
)
@click.option("--jobs", default=2, show_default=True, help="Processes that judge.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/grader_reward.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=Path("build/grader_reward"), show_default=True)
def main(seeds: int, updates: int, weak_updates: int, jobs: int, out: Path, kept: Path) -> None:
    torch.set_num_threads(1)  # in a model this small a second thread would only wait for the first
    runs: dict[str, dict[str, Any]] = {}
    weak: dict[str, dict[str, Any]] = {item.name: {} for item in WEAKENINGS}
    with Judge(kept / "verdicts.jsonl", jobs) as judge:
        for seed in range(seeds):
            runs[str(seed)] = run = once(kept / f"learned-{seed}.json", partial(learned, seed, judge, updates))
            found = f"{len(run['solved_at'])} blanks solved, by search {len(run['search_solved_at'])}"
            click.echo(f"seed {seed}: {run['verdicts']} verdicts, {found}; {run['seconds']:.0f} s")
            for item in WEAKENINGS:
                path = kept / f"{item.name}-{seed}.json"
                record = once(path, partial(exploited, item, seed, judge, weak_updates))
                weak[item.name][str(seed)] = record
                ends = f"{record['weak'][-1]:.0%} pass there, {record['real'][-1]:.0%} the real grader"
                click.echo(f"{item.name}, seed {seed}: {ends}; mostly {record['said'][0]['text']}")
    result = {
        "provenance": provenance(),
        "seeds": list(range(seeds)),
        "config": {"learning": asdict(LEARNING), "exploiting": asdict(EXPLOITING)},
        "held_out_budget": HELD_OUT_BUDGET,
        "runs": runs,
        "judged_again": once(kept / "again.json", partial(judged_again, runs)),
        "weak": weak,
        "certificates": once(kept / "certificates.json", certificates),
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()
