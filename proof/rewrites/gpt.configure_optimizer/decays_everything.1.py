"""one list for all, in a loop"""
import torch


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    parameters = []
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameters.append(parameter)
    return torch.optim.AdamW(
        parameters,
        lr=learning_rate,
        betas=betas,
        weight_decay=weight_decay,
    )
