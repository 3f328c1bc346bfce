"""a class for one minibatch, methods for the losses"""
import torch
import torch.nn.functional as F


class Minibatch:
    def __init__(self, batch, rows):
        self.tokens = batch["tokens"][rows]
        self.mask = batch["mask"][rows]
        self.old = batch["log_probs"][rows][self.mask]
        self.adv = batch["advantages"][rows][self.mask]
        self.ret = batch["returns"][rows][self.mask]

    def read(self, model):
        logits, values = model(self.tokens)
        kept = logits[:, :-1][self.mask]
        targets = self.tokens[:, 1:][self.mask]
        self.new = -F.cross_entropy(kept, targets, reduction="none")
        self.values = values[:, :-1][self.mask]
        self.ratio = (self.new - self.old).exp()

    def policy_loss(self, clip):
        bounded = self.ratio.clamp(1 - clip, 1 + clip)
        return -(bounded * self.adv).mean()

    def value_loss(self):
        error = self.values - self.ret
        return (error * error).mean() / 2

    @torch.no_grad()
    def kl(self):
        return (self.ratio - 1 - (self.new - self.old)).mean()

    @torch.no_grad()
    def clip_fraction(self, clip):
        far = (self.ratio > 1 + clip) | (self.ratio < 1 - clip)
        return far.float().mean()


def update(model, optimizer, batch, minibatches, clip=0.2, value_coef=0.5):
    told = []
    for rows in minibatches:
        part = Minibatch(batch, rows)
        part.read(model)
        pl, vl = part.policy_loss(clip), part.value_loss()
        report = {"policy_loss": pl, "value_loss": vl, "kl": part.kl(), "clip_fraction": part.clip_fraction(clip)}
        told.append({name: number.item() for name, number in report.items()})
        optimizer.zero_grad()
        (pl + value_coef * vl).backward()
        optimizer.step()
    return told
