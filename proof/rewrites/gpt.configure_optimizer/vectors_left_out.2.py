"""one group each, skips vectors"""
from torch.optim import AdamW


def should_decay(parameter):
    return parameter.requires_grad and len(parameter.shape) > 1


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    groups = []
    for parameter in dict.fromkeys(model.parameters()):
        if should_decay(parameter):
            groups.append(dict(params=[parameter], weight_decay=weight_decay))
    return AdamW(groups, lr=learning_rate, betas=betas)
