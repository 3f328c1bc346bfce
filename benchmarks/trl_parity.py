"""Whether our losses are TRL's: `python benchmarks/trl_parity.py` writes `results/trl_parity.json`.

Both sides get the same tiny Llama with random weights, and the same texts: prompts of different lengths, written after
by TRL, some of them to an EOS. TRL's numbers come from its own trainers, by the method that its training calls; ours
from `curriculum`. Compared are values and, for losses, the gradient of every weight. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from curriculum.chat_task import ChatTask, rows_of
from curriculum.dpo import dpo_loss, implicit_rewards, sequence_log_prob
from curriculum.experiment_files import write_result
from curriculum.grpo import grpo_advantages, grpo_loss, rloo_advantages
from curriculum.language_models import ModelOptions, language_model
from curriculum.ppo import clipped_surrogate
from curriculum.preferences import bradley_terry_loss
from curriculum.provenance import provenance
from curriculum.reward_model import RewardModel
from curriculum.text_rl import completion_mask, sequence_log_probs
from curriculum.text_tasks import EOS
from curriculum.tiny_models import character_tokenizer, save_tiny_model

QUESTIONS = [(f"{a} + {b} = ?", str(a + b)) for a, b in ((3, 4), (38, 17), (5, 60), (7, 123))]
GROUP, ROOM, CLIP_LOW, CLIP_HIGH, KL_COEF, BETA = 8, 12, 0.2, 0.28, 0.1, 0.3


def difference(ours: Tensor, theirs: Tensor) -> float:
    """The largest difference, relative to the largest of their numbers."""
    return float((ours - theirs).abs().max() / theirs.abs().max())


def slopes(loss: Tensor, weights: dict[str, Tensor]) -> Tensor:
    """The gradient by all weights, as one vector."""
    found = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
    return torch.cat([
        (torch.zeros_like(weight) if slope is None else slope).flatten()
        for slope, weight in zip(found, weights.values(), strict=True)
    ])  # fmt: skip


class Sides:
    """A policy, a reference and texts, as TRL has them and as we do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names = {seed: str(save_tiny_model(folder / f"seed {seed}", seed=seed)) for seed in (0, 1)}
        self.tokenizer = character_tokenizer()
        self.task = ChatTask(self.tokenizer, QUESTIONS, ROOM)
        self.rows = rows_of(self.tokenizer)
        self.places = torch.empty(len(self.rows), dtype=torch.int64)
        self.places[self.rows] = torch.arange(len(self.rows))
        self.rewards: list[float] = []

    def ours(self, seed: int) -> Any:
        context = self.task.prompt_length + ROOM
        return language_model(ModelOptions(model=self.names[seed]), len(self.rows), context, self.rows)

    def trainer(self, kind: str, model: Any, data: list[dict[str, Any]], **settings: Any) -> Any:
        """One of TRL's trainers, in float32 on the CPU."""
        import trl
        from datasets import Dataset

        given = {name: settings.pop(name) for name in ("reward_funcs", "ref_model") if name in settings}
        config = getattr(trl, f"{kind}Config")(
            output_dir=str(self.folder / kind), use_cpu=True, bf16=False, report_to="none",
            gradient_checkpointing=False, per_device_train_batch_size=len(QUESTIONS) * GROUP, **settings,
        )  # fmt: skip
        trainer = getattr(trl, f"{kind}Trainer")(
            model=model,
            args=config,
            train_dataset=Dataset.from_list(data),
            processing_class=self.tokenizer,
            **given,
        )
        trainer.model.train()  # what is compared is the loss of training; none of the models has dropout
        return trainer

    def reward(self, completions: list[Any], **_: Any) -> list[float]:
        """Something that differs from text to text, and not always."""
        texts = [completion[0]["content"] for completion in completions]
        self.rewards = [float(sum(letter in "aeiou" for letter in text)) for text in texts]
        return self.rewards

    def online(self, kind: str, **settings: Any) -> tuple[Any, dict[str, Tensor]]:
        """A trainer that writes, and what it wrote with all that its loss needs."""
        data = [{"prompt": [{"role": "user", "content": question}]} for question, _ in QUESTIONS]
        trainer = self.trainer(
            kind, self.names[0], data, reward_funcs=self.reward, num_generations=GROUP, max_completion_length=ROOM,
            beta=KL_COEF, epsilon=CLIP_LOW, epsilon_high=CLIP_HIGH, **settings,
        )  # fmt: skip
        trainer.ref_model.load_state_dict(self.published(1).state_dict())
        trainer.current_gradient_accumulation_steps = 1
        torch.manual_seed(0)
        inputs = trainer._generate_and_score_completions([example for example in data for _ in range(GROUP)])
        return trainer, inputs

    def published(self, seed: int) -> Any:
        from transformers import AutoModelForCausalLM

        return AutoModelForCausalLM.from_pretrained(self.names[seed])

    def texts(self, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Their texts in our tokens, and our mask."""
        tokens = self.places[torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], dim=1)]
        return tokens, completion_mask(tokens, inputs["prompt_ids"].shape[1], EOS)


def both(name: str, ours: Tensor, theirs: Tensor, our_weights: Any = None, their_weights: Any = None) -> dict[str, Any]:
    row = {"name": name, "value": difference(ours.detach(), theirs.detach())}
    if our_weights is not None:
        row["gradient"] = difference(slopes(ours, our_weights), slopes(theirs, their_weights))
    return row


def by_layer(model: nn.Module) -> dict[str, Tensor]:
    """The weights of a model in an order that both sides share: all but the embedding, whose rows differ in order."""
    return {name: weight for name, weight in model.named_parameters() if ".layers." in f".{name}"}


def noisy(log_probs: Tensor) -> Tensor:
    """Log-probs of the policy that wrote, as if it had been a little different: so that some ratios are clipped."""
    return log_probs.detach() + 0.3 * torch.randn(log_probs.shape, generator=torch.Generator().manual_seed(7))


def log_probs_of_texts(sides: Sides) -> Iterator[dict[str, Any]]:
    """What both say of the same texts, prompts padded in front."""
    trainer, inputs = sides.online("GRPO", loss_type="grpo")
    tokens, mask = sides.texts(inputs)
    assert torch.equal(mask[:, -ROOM:], inputs["completion_mask"].bool()), "the masks differ"
    assert mask.sum(1).min() < ROOM, "no text has ended, so no mask was tried"
    attended = torch.cat([inputs["prompt_mask"], inputs["completion_mask"]], dim=1)
    assert not bool(attended[:, 0].all()), "no prompt is padded"
    given = torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], dim=1)
    theirs = trainer._get_per_token_logps_and_entropies(trainer.model, given, attended, ROOM)[0]
    log_probs = sequence_log_probs(sides.ours(0)(tokens), tokens)
    yield both("log-probs of tokens", log_probs[mask], theirs[inputs["completion_mask"].bool()])


GRPO_FORMS = {
    "GRPO": ("grpo", {"aggregation": "sequence"}),
    "GRPO, token mean (DAPO)": ("bnpo", {"aggregation": "token"}),
    "GRPO, constant (Dr. GRPO)": ("dr_grpo", {"aggregation": "constant", "max_tokens": ROOM}),
}


def grpo(sides: Sides) -> Iterator[dict[str, Any]]:
    for name, (loss_type, settings) in GRPO_FORMS.items():
        by_std = loss_type != "dr_grpo"
        # The paper's KL term; their default multiplies it by the ratio.
        settings_of_theirs = {"scale_rewards": "group" if by_std else "none", "use_bias_correction_kl": False}
        trainer, inputs = sides.online("GRPO", loss_type=loss_type, **settings_of_theirs)
        tokens, mask = sides.texts(inputs)
        advantages = grpo_advantages(torch.tensor(sides.rewards), GROUP, by_std)
        yield both(f"{name}: advantages", advantages, inputs["advantages"])
        policy, reference = sides.ours(0), sides.ours(1)
        log_probs = sequence_log_probs(policy(tokens), tokens)
        with torch.no_grad():
            ref_log_probs = sequence_log_probs(reference(tokens), tokens)
        old = noisy(log_probs)
        loss = grpo_loss(
            log_probs, old, advantages, mask, CLIP_LOW, CLIP_HIGH,
            ref_log_probs=ref_log_probs, kl_coef=KL_COEF, **settings,
        )  # fmt: skip
        theirs = trainer.compute_loss(trainer.model, inputs | {"old_per_token_logps": old[:, -ROOM:]})
        yield both(f"{name}: loss", loss, theirs, by_layer(policy), by_layer(trainer.model))


def rloo(sides: Sides) -> Iterator[dict[str, Any]]:
    """The distance from the reference is paid by the reward of a text, and the ratio is one of whole texts."""
    trainer, inputs = sides.online("RLOO")
    tokens, mask = sides.texts(inputs)
    policy, reference = sides.ours(0), sides.ours(1)
    log_probs = sequence_log_probs(policy(tokens), tokens)
    with torch.no_grad():
        distance = sequence_log_prob(log_probs - sequence_log_probs(reference(tokens), tokens), mask)
    advantages = rloo_advantages(torch.tensor(sides.rewards) - KL_COEF * distance, GROUP)
    yield both("RLOO: advantages", advantages, inputs["advantages"])
    whole = sequence_log_prob(log_probs, mask)[:, None]  # a text is one action
    old = noisy(whole)
    everything = torch.ones_like(whole, dtype=torch.bool)
    loss = grpo_loss(whole, old, advantages, everything, CLIP_LOW, CLIP_HIGH, "constant")
    theirs = trainer.compute_loss(trainer.model, inputs | {"old_logps": old[:, 0]})
    yield both("RLOO: loss", loss, theirs, by_layer(policy), by_layer(trainer.model))


def ppo(sides: Sides) -> Iterator[dict[str, Any]]:
    """TRL has no trainer for PPO any more; its GRPO takes an advantage for each token, and is PPO's surrogate then."""
    trainer, inputs = sides.online("GRPO", loss_type="bnpo")
    trainer.beta, trainer.epsilon_high = 0.0, CLIP_LOW
    tokens, mask = sides.texts(inputs)
    policy = sides.ours(0)
    log_probs = sequence_log_probs(policy(tokens), tokens)
    old = noisy(log_probs)
    advantages = torch.randn(log_probs.shape, generator=torch.Generator().manual_seed(8))
    loss = clipped_surrogate(log_probs[mask], old[mask], advantages[mask], CLIP_LOW)
    given = inputs | {"old_per_token_logps": old[:, -ROOM:], "advantages": advantages[:, -ROOM:]}
    theirs = trainer.compute_loss(trainer.model, given)
    yield both("PPO: surrogate", loss, theirs, by_layer(policy), by_layer(trainer.model))


def pairs(sides: Sides) -> tuple[Tensor, Tensor, int]:
    """Texts of the reference model in TRL's tokens, first chosen and then rejected ones, and their prompts' length."""
    _, inputs = sides.online("GRPO", loss_type="grpo")
    kept = inputs["prompt_mask"].all(dim=1)  # without pads in front, as TRL's collators for pairs would have them
    texts = torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], dim=1)[kept]
    attended = torch.cat([inputs["prompt_mask"], inputs["completion_mask"]], dim=1)[kept]
    return texts, attended, inputs["prompt_ids"].shape[1]


def dpo(sides: Sides) -> Iterator[dict[str, Any]]:
    texts, attended, prompt_length = pairs(sides)
    data = [{"prompt": "a", "chosen": "b", "rejected": "c"}] * 2
    trainer = sides.trainer("DPO", sides.published(0), data, ref_model=sides.published(1), beta=BETA)
    behind = torch.arange(texts.shape[1]) >= prompt_length
    inputs = {"input_ids": texts, "attention_mask": attended, "completion_mask": attended * behind}
    policy, reference = sides.ours(0), sides.ours(1)
    tokens = sides.places[texts]
    mask = completion_mask(tokens, prompt_length, EOS)
    chosen, rejected = sequence_log_prob(sequence_log_probs(policy(tokens), tokens), mask).chunk(2)
    with torch.no_grad():
        ref_chosen, ref_rejected = sequence_log_prob(sequence_log_probs(reference(tokens), tokens), mask).chunk(2)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, BETA)
    theirs = trainer.compute_loss(trainer.model, inputs)
    yield both("DPO: loss", loss, theirs, by_layer(policy), by_layer(trainer.model))
    told = trainer._metrics["train"]["rewards/chosen"][-1]
    yield both("DPO: reward of the chosen", implicit_rewards(chosen, ref_chosen, BETA).mean(), torch.tensor(told))


def reward_model(sides: Sides) -> Iterator[dict[str, Any]]:
    from transformers import AutoModelForSequenceClassification

    texts, attended, _ = pairs(sides)
    texts = texts.masked_fill(attended == 0, sides.tokenizer.pad_token_id)
    judge = AutoModelForSequenceClassification.from_pretrained(sides.names[0], num_labels=1)
    trainer = sides.trainer("Reward", judge, [{"chosen": "a", "rejected": "b"}] * 2)
    ours = RewardModel(sides.ours(0))
    with torch.no_grad():
        ours.head.weight.copy_(judge.score.weight)
    tokens = sides.places[texts]
    loss = bradley_terry_loss(*ours(tokens).chunk(2))
    theirs = trainer.compute_loss(trainer.model, {"input_ids": texts, "attention_mask": attended})
    yield both("reward model: loss", loss, theirs, by_layer(ours), by_layer(trainer.model))


COMPARISONS: dict[str, Callable[[Sides], Iterator[dict[str, Any]]]] = {
    "log-probs": log_probs_of_texts,
    "grpo": grpo,
    "rloo": rloo,
    "ppo": ppo,
    "dpo": dpo,
    "reward model": reward_model,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("results/trl_parity.json"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        sides = Sides(Path(folder))
        for compared in COMPARISONS.values():
            for row in compared(sides):
                rows.append(row)
                slope = f"   gradient {row['gradient']:.1e}" if "gradient" in row else ""
                print(f"{row['name']:<36} {row['value']:.1e}{slope}", flush=True)
    versions = {name: version(name) for name in ("trl", "transformers", "torch")}
    write_result(options.out, {"provenance": provenance(), "versions": versions, "rows": rows})


if __name__ == "__main__":
    main()
