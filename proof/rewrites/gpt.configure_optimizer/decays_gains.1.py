"""names: all but the biases"""
import torch


def decays(name, parameter):
    return not name.endswith("bias")


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    groups = {True: [], False: []}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups[decays(name, parameter)].append(parameter)
    return torch.optim.AdamW(
        [
            {"params": groups[True], "weight_decay": weight_decay},
            {"params": groups[False], "weight_decay": 0.0},
        ],
        lr=learning_rate,
        betas=betas,
    )
