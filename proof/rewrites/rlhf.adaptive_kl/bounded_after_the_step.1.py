"""np.clip around the change"""
import numpy as np


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        if init_kl_coef <= 0 or target <= 0 or horizon <= 0:
            raise ValueError("not above 0")
        self.value = float(init_kl_coef)
        self.target = target
        self.horizon = horizon

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        error = (kl - self.target) / self.target
        change = np.clip(error * steps / self.horizon, -0.2, 0.2)
        self.value = float(self.value * (1 + change))
