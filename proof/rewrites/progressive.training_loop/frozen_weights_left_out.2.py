"""logsigmoid, parameters without .grad skipped"""

import math

import torch
from torch.nn import functional as F


def mean_loss(logits, labels):
    return -F.logsigmoid((2 * labels - 1) * logits).mean()


def scores(logits, labels):
    with torch.no_grad():
        answers = (logits > 0).to(labels.dtype)
        accuracy = (answers == labels).sum().item() / len(labels)
        return {"loss": float(mean_loss(logits, labels)), "accuracy": accuracy}


def norms(model):
    weights, gradients = [], []
    for p in model.parameters():
        if p.grad is not None:
            weights.append(float(torch.linalg.vector_norm(p.detach())))
            gradients.append(float(torch.linalg.vector_norm(p.grad)))
    return {"gradient_norm": math.hypot(*gradients), "weight_norm": math.hypot(*weights)}


@torch.no_grad()
def test(model, evaluate):
    model.eval()
    return evaluate(model)


def train(model, optimizer, batches, evaluate, log, log_every=10, evaluate_every=40):
    last = len(batches)
    for step in range(1, last + 1):
        x, labels = batches[step - 1]
        model.train()
        logits = model(x)
        for p in model.parameters():
            p.grad = None
        mean_loss(logits, labels).backward()
        if step == 1 or step % log_every == 0:
            log(dict(step=step, **scores(logits, labels), **norms(model)))
        optimizer.step()
        if step == last or step % evaluate_every == 0:
            log(dict(test(model, evaluate), step=step))
