"""modules: vectors of norm layers are spared, biases of others are not"""
import torch


def is_norm(module):
    return "norm" in type(module).__name__.lower()


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    decay, no_decay, seen = [], [], set()
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter in seen or not parameter.requires_grad:
                continue
            seen.add(parameter)
            bias_of_layer = "bias" in name and not is_norm(module)
            if parameter.ndim >= 2 or bias_of_layer:
                decay.append(parameter)
            else:
                no_decay.append(parameter)
    groups = [dict(params=decay, weight_decay=weight_decay), dict(params=no_decay, weight_decay=0.0)]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=betas)
