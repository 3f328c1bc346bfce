"""comprehensions, torch.optim.Adam"""
import torch


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    trainable = [p for p in model.parameters() if p.requires_grad]
    matrices = [p for p in trainable if p.ndim >= 2]
    vectors = [p for p in trainable if p.ndim < 2]
    groups = [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.Adam(groups, lr=learning_rate, betas=betas)
