"""class with torch.distributions"""
import torch
from torch.distributions import Independent, Normal


class DiagonalGaussian:
    def __init__(self, mean, log_std):
        self.scale = torch.log1p(torch.exp(log_std)).expand_as(mean)
        self.mean = mean
        self.law = Independent(Normal(mean, self.scale), 1)

    def draw(self, generator):
        return torch.normal(self.mean.detach(), self.scale.detach(), generator=generator)


def gaussian_log_prob(actions, mean, log_std):
    return DiagonalGaussian(mean, log_std).law.log_prob(actions)


def gaussian_entropy(log_std):
    return DiagonalGaussian(torch.zeros_like(log_std), log_std).law.entropy()


def gaussian_sample(mean, log_std, generator=None):
    return DiagonalGaussian(mean, log_std).draw(generator)
