"""Trains a published chat model on questions with known answers: `python -m curriculum.train_chat --model OWNER/NAME`.

Nothing is new here but where the prompts come from, and defaults that suit a model which can do much already: the
trainer is `curriculum.train_grpo`, with the reward of `curriculum.chat_task`. With LoRA the reference costs nothing:

    python -m curriculum.train_chat --model meta-llama/Llama-3.2-3B-Instruct --lora-rank 16 --learning-rate 1e-4 \
        --device cuda --dtype bfloat16
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import torch

from curriculum.chat_task import ChatTask, questions_in, sums
from curriculum.config_options import option, options_of
from curriculum.language_models import ModelOptions, language_model
from curriculum.progressive.logs import read
from curriculum.train_grpo import GRPO, GRPOConfig
from curriculum.trainer import one_sentence, run
from curriculum.transformers_model import TransformersModel, tokenizer_of


@dataclass(frozen=True, kw_only=True)
class ChatConfig(ModelOptions, GRPOConfig):
    """Which model learns from which questions, and how."""

    questions: str = option("sums", "sums of two numbers, or a file with {'question': …, 'answer': …} in each line")
    completion_length: int = option(32, "the most tokens of a reply")
    prompts: int = option(16, "questions in a batch")
    minibatches: int = option(4, "steps in an epoch; each holds the logits of its texts, 0.5 MB a token or so")
    learning_rate: float = option(1e-5, "of Adam, without a schedule; with LoRA ten times as large is usual")
    checklist: bool = option(False, "look for bugs in every update, which holds the distribution of every token")
    measured: int = option(128, "fresh texts for a measurement")

    def __post_init__(self) -> None:
        ModelOptions.__post_init__(self)
        GRPOConfig.__post_init__(self)
        if self.model == "gpt":
            raise ValueError("a chat needs a model with a tokenizer: --model with a folder, or OWNER/NAME at the hub")


def chat(config: ChatConfig) -> GRPO:
    """A training that is about to begin."""
    questions = sums() if config.questions == "sums" else questions_in(Path(config.questions))
    task = ChatTask(tokenizer_of(config.model), questions, config.completion_length)
    torch.manual_seed(config.seed)
    context = task.prompt_length + task.completion_length
    model = language_model(config, len(task.rows), context, task.rows)
    return GRPO(config, model, task, task.rewards)


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(ChatConfig)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/chat"), help="Folder of log and checkpoint."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, resume: bool, **options: Any) -> None:
    with one_sentence(out):
        config = ChatConfig(**options)
        training = chat(config)
        run(training, out, resume, Path(config.model).name)
        if config.lora_rank:
            assert isinstance(training.model, TransformersModel)
            training.model.model.save_pretrained(out / "adapter")
    records = list(read(out / "log.jsonl"))
    first, last = records[0], records[-1]
    click.echo(f"right: {first['reward']:.0%} at first, {last['reward']:.0%} after {last['samples']:,} samples")
    click.echo(f"    {last['sample']}")


if __name__ == "__main__":
    main()
