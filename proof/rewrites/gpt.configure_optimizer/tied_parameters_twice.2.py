"""recursion over the children"""
import torch


def collect(module):
    parameters = list(module.parameters(recurse=False))
    for child in module._modules.values():
        if child is not None:
            parameters += collect(child)
    return parameters


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    trainable = [p for p in collect(model) if p.requires_grad]
    groups = [
        {"params": [p for p in trainable if p.ndim >= 2], "weight_decay": weight_decay},
        {"params": [p for p in trainable if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=betas)
