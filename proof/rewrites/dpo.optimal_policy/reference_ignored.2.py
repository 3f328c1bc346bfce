"""log-mean-exp, rows in a loop"""
import math

import torch


def optimal_policy(ref_log_probs, rewards, beta):
    n = rewards.shape[1]
    rows, best = [], []
    for row in rewards / beta:
        total = torch.logsumexp(row, dim=0)
        rows.append(row - total)
        best.append(beta * (total - math.log(n)))
    return torch.stack(rows), torch.stack(best)
