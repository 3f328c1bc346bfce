"""Policy and values are read in two calls of the model and two backward passes, whose gradients add up."""
import torch

from curriculum.ppo import approx_kl, clipped_surrogate
from curriculum.text_rl import sequence_log_probs


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    return [one_step(model, optimizer, {k: v[rows] for k, v in batch.items()}, clip, value_coef) for rows in minibatches]


def one_step(model, optimizer, part, clip, value_coef):
    where = part["mask"].nonzero(as_tuple=True)
    old, a, target = (part[name][where].detach() for name in ("log_probs", "advantages", "returns"))
    optimizer.zero_grad()

    new = sequence_log_probs(model(part["tokens"])[0], part["tokens"])[where]
    policy_loss = clipped_surrogate(new, old, a, clip)
    policy_loss.backward()

    read = model(part["tokens"])[1][where]
    value_loss = torch.nn.functional.mse_loss(read, target) * 0.5
    (value_coef * value_loss).backward()

    new = new.detach()
    ratio = torch.exp(new - old)
    outside = torch.logical_or(ratio > 1 + clip, ratio < 1 - clip)
    told = {"policy_loss": policy_loss.item(), "value_loss": value_loss.item()}
    told["kl"] = approx_kl(new, old)[2].mean().item()
    told["clip_fraction"] = outside.float().mean().item()
    optimizer.step()
    return told
