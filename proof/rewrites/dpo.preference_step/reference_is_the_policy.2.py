"""old log-probs by detach, own statistics"""
import torch
from torch.nn import functional as F
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    tokens = torch.cat([pairs["chosen"], pairs["rejected"]])
    masks = torch.cat([pairs["chosen_mask"], pairs["rejected_mask"]])
    log_probs = sequence_log_probs(model(tokens), tokens)
    summed = torch.where(masks, log_probs, torch.zeros_like(log_probs)).sum(-1)
    chosen, rejected = summed.chunk(2)
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    new_chosen, new_rejected = pair_log_probs(policy, pairs)
    old_chosen, old_rejected = new_chosen.detach(), new_rejected.detach()
    reward_chosen = beta * (new_chosen - old_chosen)
    reward_rejected = beta * (new_rejected - old_rejected)
    margin = reward_chosen - reward_rejected
    loss = -F.logsigmoid(margin).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    accuracy = torch.where(margin == 0, 0.5, (margin > 0).float()).mean()
    return {
        "loss": float(loss.detach()),
        "chosen_log_prob": float(old_chosen.mean()),
        "rejected_log_prob": float(old_rejected.mean()),
        "chosen_reward": float(reward_chosen.detach().mean()),
        "rejected_reward": float(reward_rejected.detach().mean()),
        "margin": float(margin.detach().mean()),
        "accuracy": float(accuracy),
    }
