"""sample of torch.distributions"""
import math
from torch.distributions import Independent, Normal

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    per_dim = -0.5 * z ** 2 - log_std - 0.5 * LOG_2PI
    return per_dim.sum(dim=-1)


def gaussian_entropy(log_std):
    return (log_std + 0.5 * (1.0 + LOG_2PI)).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    policy = Independent(Normal(mean, log_std.exp()), 1)
    return policy.sample()
