"""an index table of siblings, no loop over texts"""
import torch


def rloo_advantages(rewards, group):
    table = rewards.detach().reshape(-1, group)
    columns = torch.tensor([[j for j in range(group) if j != i] for i in range(group)])
    siblings = table[:, columns]                      # (prompts, group, group - 1)
    centre = siblings.mean(dim=2)
    spread = siblings.var(dim=2, unbiased=False).sqrt()
    return torch.div(table - centre, spread + 1e-6).reshape(rewards.shape)
