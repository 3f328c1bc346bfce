"""loops, False only below 0"""

import math

import torch


def losses(logits, labels):
    against = torch.where(labels > 0.5, -logits, logits)
    return torch.logaddexp(against, torch.zeros_like(against))


def scores(logits, labels):
    total, right = 0.0, 0
    for z, y, loss in zip(logits.tolist(), labels.tolist(), losses(logits, labels).tolist()):
        total += loss
        right += (0 if z < 0 else 1) == y
    return {"loss": total / len(logits), "accuracy": right / len(logits)}


def norms(model):
    weights = gradients = 0.0
    for p in model.parameters():
        weights += sum(w * w for w in p.flatten().tolist())
        if p.grad is not None:
            gradients += sum(g * g for g in p.grad.flatten().tolist())
    return {"gradient_norm": math.sqrt(gradients), "weight_norm": math.sqrt(weights)}


def train(model, optimizer, batches, evaluate, log, log_every=10, evaluate_every=40):
    step = 0
    for x, labels in batches:
        step += 1
        logits = model.train()(x)
        trained = [p for p in model.parameters() if p.requires_grad]
        gradients = torch.autograd.grad(losses(logits, labels).mean(), trained, allow_unused=True)
        model.zero_grad()
        for p, gradient in zip(trained, gradients):
            p.grad = None if gradient is None else gradient.clone()
        if step == 1 or step % log_every == 0:
            log({"step": step} | scores(logits, labels) | norms(model))
        optimizer.step()
        if step % evaluate_every == 0 or step == len(batches):
            model.eval()
            with torch.no_grad():
                event = dict(evaluate(model))
            event["step"] = step
            log(event)
