"""One pair at a time: each adds its share of the gradient before the one step is made."""
import torch

from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob
from curriculum.text_rl import sequence_log_probs


def pair_log_probs(model, pairs):
    def side(name):
        read = sequence_log_probs(model(pairs[name]), pairs[name])
        return sequence_log_prob(read, pairs[f"{name}_mask"])

    return side("chosen"), side("rejected")


def preference_step(policy, reference, optimizer, pairs, beta):
    count = len(pairs["chosen"])
    optimizer.zero_grad()
    total, rows = 0.0, []
    for i in range(count):
        one = {name: value[i : i + 1] for name, value in pairs.items()}
        with torch.no_grad():
            fixed = pair_log_probs(reference, one)
        mine = pair_log_probs(policy, one)
        loss = dpo_loss(*mine, *fixed, beta) / count
        loss.backward()
        total += loss.item()
        rows.append([value.detach() for value in (*mine, *fixed)])
    columns = [torch.cat(column) for column in zip(*rows)]
    optimizer.step()
    return {
        "loss": total,
        "chosen_log_prob": columns[0].mean().item(),
        "rejected_log_prob": columns[1].mean().item(),
        **preference_numbers(*columns, beta),
    }
