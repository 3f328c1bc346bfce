"""einsum over a concatenated batch"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    tokens = torch.cat([pairs["chosen"], pairs["rejected"]])
    weights = torch.cat([pairs["chosen_mask"], pairs["rejected_mask"]]).float()
    sums = torch.einsum("nt,nt->n", sequence_log_probs(model(tokens), tokens), weights)
    return tuple(sums.split(pairs["chosen"].shape[0]))


class Rewards:
    """Implicit rewards of the two sides of a batch of pairs."""

    def __init__(self, policy_side, reference_side, beta):
        self.chosen = beta * (policy_side[0] - reference_side[0])
        self.rejected = beta * (policy_side[1] - reference_side[1])

    @property
    def margin(self):
        return self.chosen - self.rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    log_probs = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_log_probs = pair_log_probs(reference, pairs)
    rewards = Rewards(log_probs, ref_log_probs, beta)
    loss = -F.logsigmoid(rewards.margin).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {
        "loss": loss.item(),
        "chosen_log_prob": log_probs[0].mean().item(),
        "rejected_log_prob": log_probs[1].mean().item(),
        "chosen_reward": rewards.chosen.mean().item(),
        "rejected_reward": rewards.rejected.mean().item(),
        "margin": rewards.margin.mean().item(),
        "accuracy": (rewards.margin.sign() + 1).mean().item() / 2,
    }
