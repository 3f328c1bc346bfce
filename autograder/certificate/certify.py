"""Makes certificates: tries every part of every exercise, in parallel, and keeps what was done.

A part that was tried is kept under build/certify/ with a digest of all that it depends on, so that a run which was
stopped goes on where it was, and a run after a change repeats what the change touches.
"""

from __future__ import annotations

import json
import multiprocessing
import platform
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from ..catalog import exercise_named
from ..errors import JudgeError, UsageError
from ..exercise import Exercise
from ..hashes import exercise_hash, grader_hash
from ..pool import follow_parent
from ..reference import sha256
from ..sandbox import shared_sandbox
from .proofs import FOLDER, proof_hash
from .trying import PARTS, Effort

CERTIFICATES = Path("results/certificates.json")
DONE = Path("build/certify")
HERE = Path(__file__).parent
DIAGNOSED = ("misconceptions", "rewrites")
MIN_VARIANTS = 3
MIN_KILLED, MAX_EQUIVALENT = 0.99, 0.05  # of the mutants of all exercises together
MIN_NAMED, MAX_MISNAMED = 0.90, 0.01  # of the rewrites of all exercises together

Certificate = dict[str, Any]
Part = tuple[str, str]


def certify(
    exercises: Sequence[Exercise],
    effort: Effort,
    jobs: int = 1,
    progress: Callable[[Any], None] = lambda part: None,
    done: Path = DONE,
) -> list[Certificate]:
    """A certificate for each exercise. Raises JudgeError, and UsageError where a proof cannot be read."""
    if not FOLDER.is_dir():
        raise UsageError(f"there is no {FOLDER}: graders are certified in a clone of the course's repository")
    wanted = [(exercise.id, name) for exercise in exercises for name in PARTS]
    found = {part: kept for part in wanted if (kept := _kept(part, effort, done)) is not None}
    for part in found:
        progress(part)
    for part, result in _tried([part for part in wanted if part not in found], effort, jobs):
        found[part] = result
        _keep(part, effort, done, result)
        progress(part)
    return [_certificate(exercise, effort, found) for exercise in exercises]


def _certificate(exercise: Exercise, effort: Effort, found: dict[Part, Any]) -> Certificate:
    parts = {name: found[exercise.id, name] for name in PARTS}
    return {
        "exercise": exercise.id,
        "hash": certificate_hash(exercise),
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, Python {platform.python_version()}, NumPy {metadata.version('numpy')}",
        "effort": asdict(effort),
        **parts,
    }


def certificate_hash(exercise: Exercise) -> str:
    """Changes when the exercise, its judgement or its proof does: then its certificate is out of date."""
    return sha256(exercise_hash(exercise), proof_hash(exercise))


def defects(certificate: Certificate) -> list[str]:
    """What keeps an exercise from being certified, a sentence each."""
    variants, mutants, known = (
        certificate["variants"]["variants"],
        certificate["mutants"],
        certificate["misconceptions"],
    )
    found = [f"the reference is rejected: {why}" for why in certificate["reference"]["false_rejections"]]
    for name, variant in variants.items():
        found += [f"the variant {name} is rejected: {why}" for why in variant["false_rejections"]]
    if len(variants) < MIN_VARIANTS:
        found.append(f"it has {len(variants)} correct variants, and needs {MIN_VARIANTS}")
    if not certificate["starter"]["starter_rejected"]:
        found.append("the starter passes as it is")
    found += [f"the misconception {name} passes" for name in known["accepted"]]
    found += [
        f"the misconception {name} is named {', '.join(as_) or 'nothing'}" for name, as_ in known["misnamed"].items()
    ]
    found += [f"the rewrite {name} passes" for name in certificate["rewrites"]["accepted"]]
    found += [f"the misconception {name} needs two rewrites" for name in certificate["rewrites"]["missing"]]
    found += [
        f"there are rewrites of {name}, which is no misconception" for name in certificate["rewrites"]["of_nothing"]
    ]
    found += [f"the mutant lives: {name} ({why})" for name, why in mutants["survivors"].items()]
    found += [f"an argument for a mutant that is none, or that dies: {name}" for name in mutants["idle_arguments"]]
    found += [f"the exploit {name} passes" for name in certificate["exploits"]["fooled_by"]]
    return found


def shortfalls(certificates: Sequence[Certificate]) -> list[str]:
    """Where all exercises together miss what is promised of mutants and of diagnosis, a sentence each."""
    mutants = [certificate["mutants"] for certificate in certificates]
    total = sum(item["total"] for item in mutants)
    equivalent = sum(len(item["equivalent"]) for item in mutants)
    killed = sum(item["killed"] for item in mutants)
    rewritten = [certificate["rewrites"] for certificate in certificates]
    rewrites = sum(item["total"] for item in rewritten)
    misnamed = sum(len(item["misnamed"]) for item in rewritten)
    unnamed = sum(len(item["unnamed"]) + len(item["accepted"]) for item in rewritten)
    found = []
    if total and killed < MIN_KILLED * (total - equivalent):
        found.append(
            f"{killed} of {total - equivalent} mutants that can differ are killed; {MIN_KILLED:.0%} are promised"
        )
    if total and equivalent > MAX_EQUIVALENT * total:
        found.append(f"{equivalent} of {total} mutants are argued equivalent; at most {MAX_EQUIVALENT:.0%} may be")
    if rewrites and rewrites - misnamed - unnamed < MIN_NAMED * rewrites:
        found.append(f"{rewrites - misnamed - unnamed} of {rewrites} rewrites are named; {MIN_NAMED:.0%} are promised")
    if rewrites and misnamed > MAX_MISNAMED * rewrites:
        found.append(f"{misnamed} of {rewrites} rewrites are named as another; at most {MAX_MISNAMED:.0%} may be")
    return found


def write(certificates: Sequence[Certificate], path: Path) -> None:
    """Write certificates, in the place of earlier ones for the same exercises. Raises UsageError."""
    merged = {**{item["exercise"]: item for item in read(path)}, **{item["exercise"]: item for item in certificates}}
    order = sorted(merged)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".part")
        draft.write_text(json.dumps([merged[name] for name in order], indent=1, ensure_ascii=False) + "\n", "utf-8")
        draft.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def read(path: Path) -> list[Certificate]:
    """The certificates in a file; none if there is no file. Raises UsageError for one that cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        return [dict(item) for item in found if item["exercise"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{path} holds no certificates ({error}); delete it or name another file") from None


# --- the parts, in parallel


def _tried(parts: list[Part], effort: Effort, jobs: int) -> Iterator[tuple[Part, Any]]:
    tasks = _tasks(parts)
    if jobs <= 1 or len(tasks) <= 1:
        for part in parts:
            yield part, _try(part, effort)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(jobs, len(tasks)), context, initializer=follow_parent)
    waiting = {pool.submit(_try_all, task, effort): task for task in tasks}
    try:
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield from zip(waiting.pop(future), future.result(), strict=True)
    except BrokenProcessPool:
        raise JudgeError("a process was killed; call this again, and it goes on with what is left") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _tasks(parts: list[Part]) -> list[list[Part]]:
    """What one process does in one go: both parts of an exercise that need to know how its misconceptions behave."""
    tasks: list[list[Part]] = []
    for part in parts:
        if part[1] in DIAGNOSED and tasks and tasks[-1][-1][0] == part[0] and tasks[-1][-1][1] in DIAGNOSED:
            tasks[-1].append(part)
        else:
            tasks.append([part])
    return tasks


def _try_all(parts: list[Part], effort: Effort) -> list[Any]:
    return [_try(part, effort) for part in parts]


def _try(part: Part, effort: Effort) -> Any:
    exercise = exercise_named(part[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # wrong programs give NaN, and the judge computes with it
        return PARTS[part[1]](exercise, effort, shared_sandbox(exercise.libraries))


def _digest(part: Part, effort: Effort) -> str:
    ours = [file.read_text(encoding="utf-8") for file in sorted(HERE.glob("*.py"))]
    exercise = exercise_named(part[0])
    tried = proof_hash(exercise, part[1])
    return sha256(exercise_hash(exercise), tried, grader_hash(), json.dumps(asdict(effort)), *ours)


def _kept(part: Part, effort: Effort, done: Path) -> Any:
    try:
        kept = json.loads((done / part[0] / f"{part[1]}.json").read_text(encoding="utf-8"))
        return kept["result"] if kept["digest"] == _digest(part, effort) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(part: Part, effort: Effort, done: Path, result: Any) -> None:
    path = done / part[0] / f"{part[1]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps({"digest": _digest(part, effort), "result": result}), encoding="utf-8")
    draft.replace(path)
