"""One group for each parameter, every group with all of its settings."""
from torch.optim import AdamW


def decay_of(parameter, weight_decay):
    return weight_decay if len(parameter.shape) > 1 else 0.0


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    groups = []
    for parameter in dict.fromkeys(model.parameters()):
        if parameter.requires_grad:
            group = dict(params=[parameter], lr=learning_rate, betas=betas)
            group["weight_decay"] = decay_of(parameter, weight_decay)
            groups.append(group)
    return AdamW(groups, lr=learning_rate, betas=betas)
