"""A loop over kept tokens with the four cases of the clip written out; the gradient by autograd.grad."""
import torch


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    told = []
    parameters = [p for p in model.parameters() if p.requires_grad]
    for rows in minibatches:
        tokens, mask = batch["tokens"][rows], batch["mask"][rows]
        logits, values = model(tokens)
        surrogate, error, kl, outside, n = 0.0, 0.0, 0.0, 0, 0
        for i, row in enumerate(rows.tolist()):
            for t in mask[i].nonzero().flatten().tolist():
                log_p = logits[i, t].log_softmax(0)[tokens[i, t + 1]]
                log_ratio = log_p - batch["log_probs"][row, t]
                ratio, a = log_ratio.exp(), batch["advantages"][row, t]
                if a >= 0 and ratio > 1 + clip:
                    surrogate = surrogate + (1 + clip) * a
                elif a < 0 and ratio < 1 - clip:
                    surrogate = surrogate + (1 - clip) * a
                else:
                    surrogate = surrogate + ratio * a
                error = error + (values[i, t] - batch["returns"][row, t]) ** 2
                kl += (ratio - 1 - log_ratio).item()
                outside += int(ratio < 1 - clip or ratio > 1 + clip)
                n += 1
        policy_loss, value_loss = -surrogate / n, error / (2 * n)
        # a multiple of 0, so that there is a path even where all is clipped
        loss = policy_loss + value_coef * value_loss + 0.0 * values.sum()
        optimizer.zero_grad()
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
        for p, g in zip(parameters, gradients):
            p.grad = g
        optimizer.step()
        told.append({"policy_loss": policy_loss.item(), "value_loss": value_loss.item(), "kl": kl / n,
                     "clip_fraction": outside / n})
    return told
