"""the logarithm of the label's probability"""

import math

import torch


def mean_loss(logits, labels):
    p = torch.sigmoid(logits)
    return -torch.log(torch.where(labels > 0.5, p, 1 - p)).mean()


def scores(logits, labels):
    with torch.no_grad():
        answers = (logits > 0).to(labels.dtype)
        accuracy = (answers == labels).sum().item() / len(labels)
        return {"loss": float(mean_loss(logits, labels)), "accuracy": accuracy}


def norms(model):
    weights, gradients = [], []
    for p in model.parameters():
        weights.append(float(torch.linalg.vector_norm(p.detach())))
        if p.grad is not None:
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
