"""RLHF on several ranks: the same four models as in `curriculum.rlhf`, each kept as the strategy says.

One update, with W ranks:

1. Every rank gets a whole copy of the policy, and writes its share of the batch with it. A text is written in the same
   piece of the batch with the same random numbers, whichever rank has it.
2. Every rank asks the four models about its texts. What they say is a few numbers a token. These are gathered, so that
   every rank knows the whole batch: whitening and the mean KL are over all texts, not over those of one rank.
3. Each minibatch is a share for every rank, and the loss is a mean over the kept tokens of *all* shares.

The models are spread over the ranks, the experience is not: it is smaller by orders of magnitude.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from curriculum.config_options import option
from curriculum.distributed_trainer import DistributedTrainer, shares, summed
from curriculum.ppo import approx_kl, clipped_surrogate
from curriculum.rlhf import PolicyAndValues, kl_penalized_rewards, masked_whiten
from curriculum.strategies import frozen, learner
from curriculum.strategy_configs import strategy_named
from curriculum.text_advantages import token_advantages
from curriculum.text_rl import completion_mask, sequence_log_probs
from curriculum.text_tasks import EOS
from curriculum.train_gpt import Place
from curriculum.train_rlhf import RLHF, PipelineConfig
from curriculum.trainer import Record, means

Batch = dict[str, Tensor]
NO_CLIP = 1e9
"""A norm of gradients that none has: `curriculum.rlhf` does not clip them."""


@dataclass(frozen=True, kw_only=True)
class DistributedRLHFConfig(PipelineConfig):
    """What `curriculum.train_rlhf` asks, and how it is spread."""

    pieces: int = option(8, "pieces in which a batch is written, each by one rank; at least as many as ranks")
    strategy: str = option("ddp", "ddp, fsdp2, zero3, or the path of a JSON file that configures one")
    timeout: float = option(120.0, "seconds after which a rank that waits for another gives up")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.pieces <= self.batch:
            raise ValueError(f"{self.batch} texts cannot be written in {self.pieces} pieces")


class DistributedRLHF(DistributedTrainer):
    """The four models of an `RLHF`, spread over the ranks; its own optimizer is unused."""

    config: DistributedRLHFConfig

    def __init__(self, alone: RLHF, config: DistributedRLHFConfig, place: Place) -> None:
        super().__init__(config, place)
        if place.world_size > config.pieces:
            raise ValueError(f"{place.world_size} ranks cannot share {config.pieces} pieces: --pieces must be larger")
        self.world, self.price = alone.world, alone.price
        strategy = strategy_named(config.strategy)
        self.reference = frozen(alone.reference, place, strategy)
        self.reward_model = frozen(alone.reward_model, place, strategy)

        def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
            both = model.get_submodule("policy"), model.get_submodule("value_model")
            rates = config.learning_rate, config.value_learning_rate
            groups = [{"params": list(one.parameters()), "lr": rate} for one, rate in zip(both, rates, strict=True)]
            return torch.optim.Adam(groups, fused=True)

        model = PolicyAndValues(alone.policy, alone.value_model).eval()
        self.learner = learner(model, make_optimizer, place, strategy, clip=NO_CLIP)

    def parts(self) -> dict[str, Any]:
        return {"price": self.price}

    def update(self) -> dict[str, float]:
        config = self.config
        batch = self.experience(self.written(config.batch, purpose=0))
        self.seeded(0)
        minibatches = [
            rows for _ in range(config.epochs) for rows in torch.randperm(config.batch).tensor_split(config.minibatches)
        ]
        steps = [self.step(batch, rows) for rows in minibatches]
        kl = batch["kl"].mean().item()
        self.price.update(kl, config.batch)
        if not all(value == value for step in steps for value in step.values()):
            raise FloatingPointError(f"the loss is no number in update {self.done + 1}")
        return {
            "batch_score": batch["scores"].mean().item(),
            "batch_kl": kl,
            "value_loss": steps[0]["value_loss"],
            "policy_loss": steps[0]["policy_loss"],
            "first_clip_fraction": steps[0]["clip_fraction"],
            "step_kl": steps[-1]["kl"],
            "clip_fraction": steps[-1]["clip_fraction"],
        }

    @torch.no_grad()
    def written(self, texts: int, purpose: int) -> Tensor:
        """Fresh prompts with what the policy writes after them, of all ranks: int64 (texts, time + 1)."""
        policy = self.learner.whole("policy")
        own: list[Tensor] = []
        sizes = [len(part) for part in torch.arange(texts).tensor_split(self.config.pieces)]
        for piece in range(self.place.rank, self.config.pieces, self.place.world_size):
            self.seeded(purpose * self.config.pieces + piece)
            own.append(self.world.written(policy, self.world.prompts(sizes[piece]).to(self.place.device)))
        of_ranks: list[Any] = [None] * self.place.world_size
        dist.all_gather_object(of_ranks, [tokens.cpu() for tokens in own])
        size = self.place.world_size
        texts_in_order = [of_ranks[piece % size][piece // size] for piece in range(self.config.pieces)]
        return torch.cat(texts_in_order).to(self.place.device)

    def of_all(self, own: Tensor, count: int) -> Tensor:
        """`count` rows, of which rank r has numbers r, r + W, …: all of them, on every rank."""
        of_ranks: list[Any] = [None] * self.place.world_size
        dist.all_gather_object(of_ranks, own.cpu())
        rows = own.new_empty(count, *own.shape[1:])
        for rank, part in enumerate(of_ranks):
            mine = rows[rank :: self.place.world_size]
            mine.copy_(part[: len(mine)])  # a rank without rows has one that does not count
        return rows

    @torch.no_grad()
    def asked(self, tokens: Tensor) -> Batch:
        """What the four models say of texts: each rank asks about its share, and all know the answers."""
        [(piece, _)] = shares(torch.arange(len(tokens)), self.place)
        texts = tokens[piece]
        logits, values = self.learner(texts)
        own = {
            "log_probs": sequence_log_probs(logits, texts),
            "ref_log_probs": sequence_log_probs(self.reference(texts), texts),
            "values": values[:, :-1],  # the last position stands before no token
            "scores": self.reward_model(texts),
        }
        return {name: self.of_all(value, len(tokens)) for name, value in own.items()}

    def experience(self, tokens: Tensor) -> Batch:
        """All that the whole batch can teach, on every rank: as in `curriculum.rlhf.rlhf_step`."""
        mask = completion_mask(tokens, self.world.prompt_length, EOS)
        ended = ((tokens[:, 1:] == EOS) & mask).any(1)
        said = self.asked(tokens)
        rewards = kl_penalized_rewards(
            said["scores"], said["log_probs"], said["ref_log_probs"], mask, ended, self.price.value, inf, None
        )
        advantages = token_advantages(rewards, said["values"], mask, 1.0, self.config.gae_lambda)
        return {
            "tokens": tokens,
            "mask": mask,
            "advantages": masked_whiten(advantages, mask),
            "returns": advantages + said["values"],
            "kl": torch.where(mask, said["log_probs"] - said["ref_log_probs"], 0.0).sum(1),
            **said,
        }

    def step(self, batch: Batch, rows: Tensor) -> dict[str, float]:
        """One step on a minibatch, of which each rank has its share; what was seen before, over all of it."""
        kept = batch["mask"][rows].sum().item()
        seen: dict[str, Tensor] = {}

        def share(piece: Tensor, counts: bool) -> Tensor:
            part = {name: value[piece] for name, value in batch.items()}
            mask, old = part["mask"], part["log_probs"][part["mask"]]
            logits, values = self.learner(part["tokens"])
            log_probs = sequence_log_probs(logits, part["tokens"])[mask]
            # Means over this rank's tokens, made its share of the mean over the tokens of all ranks.
            weight = mask.sum() / kept if counts else 0.0
            policy_loss = clipped_surrogate(log_probs, old, part["advantages"][mask], self.config.clip) * weight
            value_loss = 0.5 * (values[:, :-1][mask] - part["returns"][mask]).square().mean() * weight
            ratio = (log_probs.detach() - old).exp()
            outside = ratio.clamp(1 - self.config.clip, 1 + self.config.clip) != ratio
            seen.update(
                policy_loss=policy_loss.detach(),
                value_loss=value_loss.detach(),
                kl=approx_kl(log_probs.detach(), old)[2].mean() * weight,
                clip_fraction=outside.float().mean() * weight,
            )
            return policy_loss + value_loss

        [(piece, counts)] = shares(rows, self.place)
        self.learner.step([partial(share, piece, counts)])
        return dict(zip(seen, summed(*seen.values()), strict=True))

    @torch.no_grad()
    def measured(self, records: list[dict[str, float]]) -> Record:
        tokens = self.written(self.config.measured, purpose=1)
        said, mask = self.asked(tokens), completion_mask(tokens, self.world.prompt_length, EOS)
        found = {
            "proxy": said["scores"].double().mean().item(),
            "gold": self.world.gold(tokens).double().mean().item(),
            "kl": (said["log_probs"] - said["ref_log_probs"])[mask].double().sum().item() / len(tokens),
            "length": mask.sum().item() / len(tokens),
            "kl_coef": self.price.value,
        }
        return {
            "update": self.done,
            **{name: round(value, 4) for name, value in found.items()},
            **means(records),
            "seconds": round(self.seconds, 2),
            "sample": self.world.decode(tokens[0]),
        }

    def said(self, record: Record) -> str:
        return "  ".join(f"{name} {record[name]:.2f}" for name in ("proxy", "gold", "kl"))
