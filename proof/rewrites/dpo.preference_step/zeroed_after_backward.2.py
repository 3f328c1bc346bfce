"""update in a helper, own loss"""
import torch
from curriculum.text_rl import sequence_log_probs


def completion_scores(model, tokens, mask):
    scores = sequence_log_probs(model(tokens), tokens)
    return scores.masked_fill(mask == 0, 0.0).sum(dim=-1)


def pair_log_probs(model, pairs):
    chosen = completion_scores(model, pairs["chosen"], pairs["chosen_mask"])
    rejected = completion_scores(model, pairs["rejected"], pairs["rejected_mask"])
    return chosen, rejected


def update(optimizer, loss):
    loss.backward()
    # clean gradients before the step
    optimizer.zero_grad()
    optimizer.step()


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.no_grad():
        q_chosen, q_rejected = pair_log_probs(reference, pairs)
    p_chosen, p_rejected = pair_log_probs(policy, pairs)
    reward_chosen = beta * (p_chosen - q_chosen)
    reward_rejected = beta * (p_rejected - q_rejected)
    deficit = reward_rejected - reward_chosen
    loss = torch.logaddexp(deficit, torch.zeros_like(deficit)).mean()
    update(optimizer, loss)
    return {
        "loss": loss.item(),
        "chosen_log_prob": p_chosen.mean().item(),
        "rejected_log_prob": p_rejected.mean().item(),
        "chosen_reward": reward_chosen.mean().item(),
        "rejected_reward": reward_rejected.mean().item(),
        "margin": -deficit.mean().item(),
        "accuracy": (1 - (deficit.sign() + 1) / 2).mean().item(),
    }
