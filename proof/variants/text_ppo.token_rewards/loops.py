"""Plain loops over texts and columns, from the back, in Python floats."""
import torch


def token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef):
    rows = []
    for b in range(mask.shape[0]):
        row, seen = [], False
        for t in reversed(range(mask.shape[1])):
            if not mask[b, t]:
                row.append(0.0)
                continue
            reward = -kl_coef * (log_probs[b, t].item() - ref_log_probs[b, t].item())
            if not seen:
                reward += scores[b].item()
                seen = True
            row.append(reward)
        rows.append(row[::-1])
    return torch.tensor(rows, dtype=log_probs.dtype)
