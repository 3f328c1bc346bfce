"""loops over modules"""
import torch


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    decay, no_decay = [], []
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            if not parameter.requires_grad:
                continue
            if parameter.dim() >= 2:
                decay.append(parameter)
            else:
                no_decay.append(parameter)
    optimizer = torch.optim.AdamW(decay, lr=learning_rate, betas=betas, weight_decay=weight_decay)
    optimizer.add_param_group({"params": no_decay, "weight_decay": 0.0})
    return optimizer
