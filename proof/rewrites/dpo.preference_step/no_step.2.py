"""gradients by autograd.grad, written to the parameters"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    tokens = torch.cat([pairs["chosen"], pairs["rejected"]])
    kept = torch.cat([pairs["chosen_mask"], pairs["rejected_mask"]])
    table = sequence_log_probs(model(tokens), tokens)
    totals = torch.where(kept, table, torch.zeros_like(table)).sum(dim=1)
    half = totals.numel() // 2
    return totals[:half], totals[half:]


def preference_step(policy, reference, optimizer, pairs, beta):
    weights = [p for p in policy.parameters() if p.requires_grad]
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    reward_c, reward_r = beta * (chosen - ref_chosen), beta * (rejected - ref_rejected)
    loss = -F.logsigmoid(reward_c - reward_r).mean()
    optimizer.zero_grad()
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights, allow_unused=True)):
        weight.grad = gradient
    margin = (reward_c - reward_r).detach()
    return {
        "loss": loss.item(),
        "chosen_log_prob": chosen.mean().item(),
        "rejected_log_prob": rejected.mean().item(),
        "chosen_reward": reward_c.mean().item(),
        "rejected_reward": reward_r.mean().item(),
        "margin": margin.mean().item(),
        "accuracy": torch.where(margin == 0, 0.5, (margin > 0).float()).mean().item(),
    }
