"""With numpy.clip; the coefficient is the initial one times a factor that is kept."""
import numpy as np


class AdaptiveKLController:
    def __init__(self, init_kl_coef, target, horizon):
        if min(init_kl_coef, target, horizon) <= 0:
            raise ValueError("all three must be positive")
        self.init, self.target, self.horizon = init_kl_coef, target, horizon
        self.factor = 1.0

    @property
    def value(self):
        return float(self.init * self.factor)

    def update(self, kl, steps):
        error = np.clip(np.float64(kl) / self.target - 1, -0.2, 0.2)
        self.factor = self.factor * (1 + error * steps / self.horizon)
