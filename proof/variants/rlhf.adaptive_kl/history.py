"""All updates are remembered, and the coefficient is made anew from them whenever it is asked for."""
import math


class AdaptiveKLController:
    def __init__(self, init_kl_coef, target, horizon):
        if not all(x > 0 for x in (init_kl_coef, target, horizon)):
            raise ValueError("a setting is not above 0")
        self.settings = init_kl_coef, target, horizon
        self.factors = []

    def update(self, kl, steps):
        _, target, horizon = self.settings
        relative = sorted((-0.2, (kl - target) / target, 0.2))[1]  # the middle one of three
        self.factors.append(1.0 + relative * (steps / horizon))

    @property
    def value(self):
        return self.settings[0] * math.prod(self.factors)
