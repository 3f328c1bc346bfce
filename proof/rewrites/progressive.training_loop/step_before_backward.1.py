"""with_logits, the step opens the loop's body"""

import torch
from torch.nn import functional as F


def train(model, optimizer, batches, evaluate, log, log_every=10, evaluate_every=40):
    for step, (x, labels) in enumerate(batches, start=1):
        model.train()
        optimizer.step()
        optimizer.zero_grad()
        logits = model(x)
        loss = F.binary_cross_entropy_with_logits(logits, labels)
        loss.backward()
        if step == 1 or step % log_every == 0:
            log({"step": step, **scores(logits, labels), **norms(model)})
        if step == len(batches) or step % evaluate_every == 0:
            model.eval()
            with torch.no_grad():
                found = evaluate(model)
            log({**found, "step": step})


def scores(logits, labels):
    loss = F.binary_cross_entropy_with_logits(logits, labels)
    right = (logits > 0) == (labels > 0.5)
    return {"loss": loss.item(), "accuracy": right.double().mean().item()}


def norms(model):
    weights = [p.detach().flatten() for p in model.parameters()]
    gradients = [p.grad.flatten() for p in model.parameters() if p.grad is not None]
    return {"gradient_norm": length(gradients), "weight_norm": length(weights)}


def length(vectors):
    return torch.cat(vectors).norm().item() if vectors else 0.0
