"""cross-entropy-like form of the loss, own numbers"""
import torch
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    def total(side):
        tokens, mask = pairs[side], pairs[side + "_mask"]
        return sequence_log_probs(model(tokens), tokens).masked_fill(mask.logical_not(), 0).sum(1)

    return total("chosen"), total("rejected")


def preference_step(policy, reference, optimizer, pairs, beta):
    log_pi_c, log_pi_r = pair_log_probs(policy, pairs)
    with torch.no_grad():
        log_ref_c, log_ref_r = pair_log_probs(reference, pairs)
    reward_c = beta * (log_pi_c - log_ref_c)
    reward_r = beta * (log_pi_r - log_ref_r)
    diff = reward_c - reward_r
    # log(1 + exp(diff)), in a stable way
    loss = torch.logaddexp(diff, torch.zeros_like(diff)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {
        "loss": loss.item(),
        "chosen_log_prob": log_pi_c.mean().item(),
        "rejected_log_prob": log_pi_r.mean().item(),
        "chosen_reward": reward_c.mean().item(),
        "rejected_reward": reward_r.mean().item(),
        "margin": diff.mean().item(),
        "accuracy": (diff.sign().mean().item() + 1) / 2,
    }
