"""comprehension, matrices alone"""
import torch


def configure_optimizer(model, learning_rate, weight_decay=0.1, betas=(0.9, 0.95)):
    matrices = [p for p in model.parameters() if p.requires_grad and p.ndim >= 2]
    return torch.optim.AdamW(
        matrices,
        lr=learning_rate,
        betas=betas,
        weight_decay=weight_decay,
    )
