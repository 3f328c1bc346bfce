"""a list of words that do not decay"""
import torch

NO_DECAY = ("bias", "norm", "ln_", "gamma", "beta")


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    decay = []
    no_decay = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if any(word in name.lower() for word in NO_DECAY):
            no_decay.append(parameter)
        else:
            decay.append(parameter)
    optimizer = torch.optim.AdamW(decay, lr=learning_rate, betas=betas, weight_decay=weight_decay)
    optimizer.add_param_group({"params": no_decay, "weight_decay": 0.0})
    return optimizer
