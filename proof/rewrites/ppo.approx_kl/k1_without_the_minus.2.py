"""a class that holds the logarithm of the ratio"""
import torch


class LogRatio:
    def __init__(self, new, old):
        self.value = torch.sub(new, old)

    @property
    def k1(self):
        return self.value.clone()

    @property
    def k2(self):
        return torch.mul(self.value, self.value).mul(0.5)

    @property
    def k3(self):
        return torch.special.expm1(self.value).sub(self.value)


def approx_kl(log_probs, old_log_probs):
    r = LogRatio(log_probs, old_log_probs)
    return r.k1, r.k2, r.k3
