"""short, np.clip"""
import numpy as np


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        self.value = float(init_kl_coef)
        self.target = float(target)
        self.horizon = float(horizon)

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        error = np.clip((kl - self.target) / self.target, -0.2, 0.2)
        self.value = float(self.value * (1 + error * steps / self.horizon))
