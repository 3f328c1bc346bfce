"""library loss, means as they come"""
import torch
from curriculum.text_rl import sequence_log_probs
from curriculum.dpo import dpo_loss, implicit_rewards, sequence_log_prob


def pair_log_probs(model, pairs):
    def one(tokens, mask):
        return sequence_log_prob(sequence_log_probs(model(tokens), tokens), mask)

    return one(pairs["chosen"], pairs["chosen_mask"]), one(pairs["rejected"], pairs["rejected_mask"])


def preference_step(policy, reference, optimizer, pairs, beta):
    chosen, rejected = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
    loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    reward_c = implicit_rewards(chosen, ref_chosen, beta)
    reward_r = implicit_rewards(rejected, ref_rejected, beta)
    return {
        "loss": loss,
        "chosen_log_prob": chosen.mean(),
        "rejected_log_prob": rejected.mean(),
        "chosen_reward": reward_c.mean(),
        "rejected_reward": reward_r.mean(),
        "margin": (reward_c - reward_r).mean(),
        "accuracy": ((reward_c > reward_r).float() + 0.5 * (reward_c == reward_r).float()).mean(),
    }
