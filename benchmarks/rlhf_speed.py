"""How many tokens our RLHF loop writes and learns from in a second, beside TRL's.

    python benchmarks/rlhf_speed.py [--rounds 5] [--updates 8] [--threads 1] [--out results/rlhf_speed.json]

Both train the same tiny Llama (random weights, from the same folder, through `transformers`) on the same questions,
put in the same chat template, with the same reward, by the same algorithm: a group of 8 texts for each of 16 prompts,
of at most 16 tokens as in all of this chapter; then two steps of Adam on all of them, with a price for the distance
from the start, so that a reference is asked too. Both run in one process, in float32, without checkpoints and reports.
They take turns, and the first update of each turn is not counted. Only tokens up to a text's EOS count.

TRL has no trainer for PPO any more (1.16). What is compared is GRPO with GRPO and RLOO with RLOO. TRL runs twice: with
our settings, and "as it comes", with its defaults for precision (bfloat16 where it multiplies) and for memory
(activations are computed again for the gradient).

Goal: at least 2 times as many tokens a second as TRL with our settings, writing and learning together.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
import transformers
import trl
from datasets import Dataset

from curriculum.chat_task import NUMBER
from curriculum.experiment_files import write_result
from curriculum.provenance import provenance
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import EOS
from curriculum.tiny_models import save_tiny_model
from curriculum.train_chat import ChatConfig, chat

PROMPTS, GROUP, ROOM, STEPS, KL_COEF, RATE = 16, 8, 16, 2, 0.05, 1e-4
QUESTIONS = [(f"{a}+{b}=", str(a + b)) for a in range(10, 42) for b in range(10, 42)]
METHODS = ("grpo", "rloo")
RATES = ("written", "learned", "together")
GOAL = 2.0


class Clock:
    """Seconds spent in calls of some methods, which it stands in for, and the tokens they say they have written."""

    def __init__(self) -> None:
        self.seconds, self.tokens = 0.0, 0

    def around(self, owner: Any, name: str, tokens: Callable[[Any], int]) -> None:
        method = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            result = method(*args, **kwargs)
            self.seconds += time.perf_counter() - started
            self.tokens += tokens(result)
            return result

        setattr(owner, name, timed)


def rates(tokens: int, writing: float, whole: float) -> dict[str, float]:
    """Tokens a second: of writing alone, of learning alone (each token once for each step), and of both together."""
    return {"written": tokens / writing, "learned": STEPS * tokens / (whole - writing), "together": tokens / whole}


def ours(folder: str, method: str, updates: int) -> dict[str, float]:
    config = ChatConfig(
        model=folder, method=method, prompts=PROMPTS, group=GROUP, epochs=STEPS, completion_length=ROOM,
        minibatches=1,
        kl_coef=KL_COEF, learning_rate=RATE, questions=f"{folder}/questions",
    )  # fmt: skip
    training = chat(config)
    task, clock = training.world, Clock()

    def kept(tokens: torch.Tensor) -> int:
        return int(completion_mask(tokens, task.prompt_length, EOS).sum())

    training.update()
    training.done += 1
    clock.around(training, "written", kept)
    started = time.perf_counter()
    for _ in range(updates):
        training.update()
        training.done += 1
    return rates(clock.tokens, clock.seconds, time.perf_counter() - started)


def theirs(folder: str, method: str, updates: int, **precision: bool) -> dict[str, float]:
    asked = [{"prompt": [{"role": "user", "content": question}], "answer": answer} for question, answer in QUESTIONS]

    def reward(completions: list[Any], answer: list[str], **_: Any) -> list[float]:
        said = [NUMBER.findall(completion[0]["content"]) for completion in completions]
        return [float(bool(numbers) and numbers[-1] == right) for numbers, right in zip(said, answer, strict=True)]

    kind = method.upper()
    settings = {"loss_type": "grpo"} if method == "grpo" else {}
    config = getattr(trl, f"{kind}Config")(
        output_dir=f"{folder}/out", use_cpu=True, report_to="none", save_strategy="no", disable_tqdm=True,
        logging_steps=10**6, max_steps=STEPS * (updates + 1), learning_rate=RATE,
        lr_scheduler_type="constant", num_generations=GROUP, per_device_train_batch_size=PROMPTS * GROUP,
        num_iterations=STEPS, max_completion_length=ROOM, beta=KL_COEF, **settings, **precision,
    )  # fmt: skip
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    clock, stamps = Clock(), []

    class Stamps(transformers.TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            stamps.append((time.perf_counter(), clock.seconds, clock.tokens))

    trainer = getattr(trl, f"{kind}Trainer")(
        model=folder, reward_funcs=reward, args=config, train_dataset=Dataset.from_list(asked),
        processing_class=tokenizer, callbacks=[Stamps()],
    )  # fmt: skip

    def kept(result: Any) -> int:
        texts = result[0] if isinstance(result, tuple) else result  # GRPO's comes with log-probs, RLOO's alone
        return sum(map(len, texts))

    clock.around(trainer, "_generate_single_turn", kept)
    trainer.train()
    first, last = stamps[STEPS - 1], stamps[-1]
    return rates(last[2] - first[2], last[1] - first[1], last[0] - first[0])


SIDES: dict[str, Callable[[str, str, int], dict[str, float]]] = {
    "ours": ours,
    "TRL": partial(theirs, bf16=False, gradient_checkpointing=False),
    "TRL as it comes": theirs,
}


def measured(rounds: int, updates: int) -> dict[str, dict[str, list[dict[str, float]]]]:
    """What each side reached in each round, by method; the side that begins changes from round to round."""
    found: dict[str, dict[str, list[dict[str, float]]]] = {method: {name: [] for name in SIDES} for method in METHODS}
    with tempfile.TemporaryDirectory() as folder:
        save_tiny_model(Path(folder), d_model=64)
        asked = (json.dumps({"question": question, "answer": answer}) for question, answer in QUESTIONS)
        Path(folder, "questions").write_text("\n".join(asked), encoding="utf-8")
        for number in range(rounds):
            for method in METHODS:
                for name in (list(SIDES), list(SIDES)[::-1])[number % 2]:
                    run = SIDES[name](folder, method, updates)
                    found[method][name].append(run)
                    print(f"round {number}  {method}, {name}: {run['together']:,.0f} tokens/s", file=sys.stderr)
    return found


def ratio(found: dict[str, list[dict[str, float]]], name: str, rate: str) -> float:
    """The median of the ratios of neighbours in time."""
    return statistics.median(our[rate] / their[rate] for our, their in zip(found["ours"], found[name], strict=True))


def versions() -> str:
    return ", ".join(f"{name} {version(name)}" for name in ("trl", "transformers", "accelerate"))


def report(found: dict[str, dict[str, list[dict[str, float]]]], threads: int) -> None:
    print(f"{provenance()['machine']}, {versions()}, {threads} thread(s)")
    print(f"{'tokens a second':<26}" + "".join(f"{rate:>10}" for rate in RATES))
    for method, sides in found.items():
        for name, runs in sides.items():
            numbers = (statistics.median(run[rate] for run in runs) for rate in RATES)
            print(f"{method + ', ' + name:<26}" + "".join(f"{number:>10,.0f}" for number in numbers))
        for name in list(SIDES)[1:]:
            shown = [ratio(sides, name, rate) for rate in RATES]
            print(f"{'  ratio to ' + name:<26}" + "".join(f"{number:>10.2f}" for number in shown))
        verdict = "reached" if ratio(sides, "TRL", "together") >= GOAL else "missed"
        print(f"  goal, at least {GOAL:g} times TRL together: {verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--updates", type=int, default=8, help="of each side in its turn")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write what was measured into this file too")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    logging.getLogger("accelerate").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    found = measured(options.rounds, options.updates)
    report(found, options.threads)
    if options.out:
        shape = {"prompts": PROMPTS, "group": GROUP, "room": ROOM, "steps": STEPS, "threads": options.threads}
        write_result(
            options.out, {"provenance": provenance(), "versions": versions(), "goal": GOAL, **shape, "found": found}
        )


if __name__ == "__main__":
    main()
