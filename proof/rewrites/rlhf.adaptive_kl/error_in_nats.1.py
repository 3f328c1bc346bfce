"""np.clip on the difference"""
import numpy as np


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        if not np.all(np.array([init_kl_coef, target, horizon]) > 0):
            raise ValueError("every argument has to be above 0")
        self.beta = float(init_kl_coef)
        self.target = float(target)
        self.horizon = float(horizon)

    @property
    def value(self):
        return float(self.beta)

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        e = np.clip(kl - self.target, -0.2, 0.2)
        self.beta = self.beta * (1 + e * (steps / self.horizon))
