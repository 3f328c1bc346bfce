"""Plain loops, one term at a time."""


def reinforce_loss(log_probs, weights, mask):
    batch, targets = log_probs.shape
    total = log_probs[:, :0].sum()
    for b in range(batch):
        for t in range(targets):
            if bool(mask[b, t]):
                weight = (weights[b] if weights.dim() == 1 else weights[b, t]).item()
                total = total - weight * log_probs[b, t]
    return total / batch
