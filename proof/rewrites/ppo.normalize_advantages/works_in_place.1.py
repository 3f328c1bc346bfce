"""torch methods with an underscore"""
import torch


def normalize_advantages(advantages):
    with torch.no_grad():
        advantages.sub_(advantages.flatten()[0].item())
        advantages.sub_(advantages.double().mean().item())
        deviation = advantages.double().std(correction=0).item()
        return advantages.div_(deviation + 1e-8)
