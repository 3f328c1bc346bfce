"""Trains a small GPT by RLHF, from demonstrations to a policy: `python -m curriculum.train_rlhf`.

| stage | from | makes |
|---|---|---|
| `curriculum.train_sft` | demonstrations | the start, which policy and reference are copies of |
| `curriculum.train_reward_model` | pairs of its texts that a reader compared | the reward model |
| this one | texts of the policy, scored by the reward model | the policy |

The world with its texts and its reader is `curriculum.preference_world`. Its gold reward is what the reader likes. It
is asked at measurements, and no policy learns from it (Gao et al. 2023, "Scaling laws for reward model
overoptimization"; the stages are those of Ouyang et al. 2022, figure 2).

Symbols: `proxy` is the mean score that the reward model gives, `gold` the mean gold reward, `kl` the KL(policy ‖
reference) of whole texts in nats, all of fresh texts. `kl_coef` is what one nat costs.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor

from curriculum.config_options import option, options_of
from curriculum.language_models import LanguageModel, ModelOptions
from curriculum.preference_world import PreferenceWorld
from curriculum.progressive.logs import read
from curriculum.reward_model import RewardModel
from curriculum.rlhf import AdaptiveKLController, rlhf_step
from curriculum.text_ppo import frozen_copy
from curriculum.text_rl import completion_mask, sequence_log_probs
from curriculum.text_tasks import EOS
from curriculum.train_reward_model import RewardModelConfig, trained_reward_model
from curriculum.train_sft import KEPT, SFTConfig, sft_model
from curriculum.trainer import Record, Stateful, Trainer, means, one_sentence, run
from curriculum.value_model import ValueModel


@dataclass(frozen=True, kw_only=True)
class RLHFConfig:
    """How is learned from the reward model."""

    updates: int = option(150, "batches of texts that are written and learned from")
    batch: int = option(128, "texts in a batch")
    kl_coef: float = option(0.03, "what a nat of distance from the reference costs; at first, where there is a target")
    kl_target: float = option(0.0, "nats a text to which the distance is steered by its price; 0: the price is fixed")
    kl_horizon: int = option(640, "texts in which an error of 10% moves the price by 10%")
    epochs: int = option(2, "how often each text is learned from")
    minibatches: int = option(2, "steps in an epoch")
    clip: float = option(0.2, "how far from 1 a token's ratio still has a gradient")
    gae_lambda: float = option(0.95, "λ of the advantages; γ is 1")
    learning_rate: float = option(1e-3, "of Adam, for the policy")
    value_learning_rate: float = option(1e-3, "of Adam, for the value model")
    measured: int = option(512, "fresh texts for a measurement")
    every: int = option(10, "updates between two measurements, each with a sample and a checkpoint")
    seed: int = option(0, "of all that is drawn")

    def __post_init__(self) -> None:
        for name in ("batch", "epochs", "minibatches", "measured", "every", "kl_horizon"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name.replace('_', '-')} must be at least 1")
        if self.batch < self.minibatches:
            raise ValueError(f"{self.batch} texts cannot be cut into {self.minibatches} minibatches")
        if self.batch > self.kl_horizon:
            raise ValueError(f"a horizon of {self.kl_horizon} texts is shorter than a batch of {self.batch}")
        if self.kl_target and not self.kl_coef:
            raise ValueError("a price of 0 cannot be steered: --kl-coef must be above 0 where there is a target")


@dataclass(frozen=True, kw_only=True)
class PipelineConfig(RLHFConfig, ModelOptions):
    """All stages of one world, by models of one shape; the first two are trained as their own modules say."""

    world: int = option(0, "which language, and whose taste")

    def __post_init__(self) -> None:
        RLHFConfig.__post_init__(self)
        ModelOptions.__post_init__(self)

    def model_options(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in fields(ModelOptions)}


class Price:
    """What a nat costs: `value`, fixed or steered to a target; a checkpoint holds it."""

    def __init__(self, config: RLHFConfig) -> None:
        self.value = config.kl_coef
        self.controller = (
            AdaptiveKLController(config.kl_coef, config.kl_target, config.kl_horizon) if config.kl_target else None
        )

    def update(self, kl: float, texts: int) -> None:
        if self.controller:
            self.controller.update(kl, texts)
            self.value = self.controller.value

    def state_dict(self) -> dict[str, float]:
        return {"value": self.value}

    def load_state_dict(self, state: dict[str, float]) -> None:
        self.value = state["value"]
        if self.controller:
            self.controller.value = self.value


class RLHF(Trainer):
    """The four models, and how far they have come.

    `policy` is trained in place; a frozen copy of it is the reference. From `world` come prompts and the form of a
    text. `evaluate` says what there is to say of fresh texts (measured, time + 1) at a measurement: only it may know
    the gold reward.
    """

    config: RLHFConfig

    def __init__(
        self,
        config: RLHFConfig,
        policy: LanguageModel,
        reward_model: RewardModel,
        world: PreferenceWorld,
        evaluate: Callable[[Tensor], dict[str, float]],
    ) -> None:
        super().__init__(config)
        self.world, self.evaluate = world, evaluate
        self.policy = policy.eval()
        self.reference = frozen_copy(policy)
        self.reward_model = frozen_copy(reward_model)
        self.device = policy.tokens.weight.device
        # What the reward model has learned to see in a text, the value model need not learn again. What could learn
        # there can learn here: of a model with adapters, the adapters.
        self.value_model = ValueModel(deepcopy(reward_model.model)).to(self.device).eval()
        groups = [
            {"params": [p for p in model.parameters() if p.requires_grad], "lr": rate}
            for model, rate in ((self.policy, config.learning_rate), (self.value_model, config.value_learning_rate))
        ]
        self.optimizer = torch.optim.Adam(groups, fused=True)
        self.price = Price(config)

    def update(self) -> dict[str, float]:
        """One batch of fresh texts, and what is learned from it."""
        config = self.config
        tokens = self.written(config.batch, purpose=0)
        minibatches = [
            rows for _ in range(config.epochs) for rows in torch.randperm(config.batch).tensor_split(config.minibatches)
        ]
        found = rlhf_step(
            self.policy,
            self.reference,
            self.reward_model,
            self.value_model,
            tokens,
            self.world.prompt_length,
            EOS,
            self.optimizer,
            minibatches,
            self.price.value,
            lam=config.gae_lambda,
            clip=config.clip,
        )
        self.price.update(found["kl"], config.batch)
        if not all(bool(parameter.isfinite().all()) for parameter in self.policy.parameters()):
            raise FloatingPointError(f"the weights are no longer numbers after update {self.done + 1}")
        return {f"batch_{name}" if name in ("score", "kl", "ended") else name: found[name] for name in found}

    def written(self, texts: int, purpose: int) -> Tensor:
        """Fresh prompts with what the policy writes after them; PAD behind the first EOS."""
        self.seeded(purpose)
        return self.world.written(self.policy, self.world.prompts(texts).to(self.device))

    @torch.no_grad()
    def measured(self, records: list[dict[str, float]]) -> Record:
        """What there is to say now: of fresh texts, and the means over the updates since the last time."""
        tokens = self.written(self.config.measured, purpose=1)
        mask = completion_mask(tokens, self.world.prompt_length, EOS)
        log_probs = sequence_log_probs(self.policy(tokens), tokens)
        log_ratio = log_probs - sequence_log_probs(self.reference(tokens), tokens)
        said = {
            "proxy": self.reward_model(tokens).double().mean().item(),
            **self.evaluate(tokens),
            "kl": log_ratio[mask].double().sum().item() / len(tokens),
            "entropy": -log_probs[mask].double().mean().item(),
            "length": mask.sum().item() / len(tokens),
            "kl_coef": self.price.value,
        }
        return {
            "update": self.done,
            **{name: round(value, 4) for name, value in said.items()},
            **means(records),
            "seconds": round(self.seconds, 2),
            "sample": self.world.decode(tokens[0]),
        }

    def parts(self) -> dict[str, Stateful]:
        return {
            "policy": self.policy,
            "value_model": self.value_model,
            "optimizer": self.optimizer,
            "price": self.price,
        }

    def said(self, record: Record) -> str:
        return "  ".join(f"{name} {record[name]:.2f}" for name in ("proxy", "gold", "kl") if name in record)


def pipeline(config: PipelineConfig, kept: Path = KEPT, say: Callable[[str], object] = lambda stage: None) -> RLHF:
    """The first two stages, made or taken from `kept`, and the third about to begin."""
    world = PreferenceWorld(config.world)
    say("the start: it imitates")
    policy = sft_model(world, config.seed, kept, SFTConfig(**config.model_options()))
    say("the reward model: it compares")
    options = RewardModelConfig(**config.model_options())
    reward_model = trained_reward_model(world, config.seed, kept, options)
    return RLHF(config, policy, reward_model, world, partial(against_gold, world, reward_model))


@torch.no_grad()
def against_gold(world: PreferenceWorld, reward_model: RewardModel, tokens: Tensor) -> dict[str, float]:
    """What texts are really worth: their mean gold reward, and its correlation with their scores, the `agreement`.

    Where all texts have one score, or one gold reward, there is nothing to agree on: 0.
    """
    both = torch.stack([world.gold(tokens), reward_model(tokens)]).double()  # (2, texts)
    varied = bool((both != both[:, :1]).any(dim=1).all())
    return {"gold": both[0].mean().item(), "agreement": torch.corrcoef(both)[0, 1].item() if varied else 0.0}


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(PipelineConfig)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/rlhf/ppo"), help="Folder of log and checkpoint."
)
@click.option("--kept", type=click.Path(path_type=Path), default=KEPT, help="Where the first stages' models are kept.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, kept: Path, resume: bool, **options: Any) -> None:
    with one_sentence(out):
        training = pipeline(PipelineConfig(**options), kept, say=partial(click.echo, err=True))
        run(training, out, resume, "PPO")
    records = list(read(out / "log.jsonl"))
    first, last = records[0], records[-1]
    for name in ("proxy", "gold"):
        click.echo(f"{name}: {first[name]:.2f} at first, {last[name]:.2f} after {training.done} updates")
    click.echo(f"KL: {last['kl']:.1f} nats a text, at a price of {last['kl_coef']:.3g}")
    for record in (first, last):
        click.echo(f"    {record['sample']}")


if __name__ == "__main__":
    main()
