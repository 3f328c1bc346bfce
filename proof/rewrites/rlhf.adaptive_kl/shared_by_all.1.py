"""assigns through the class name"""
import numpy as np


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    value = 0.0

    def __init__(self, init_kl_coef, target, horizon):
        if init_kl_coef <= 0 or target <= 0 or horizon <= 0:
            raise ValueError("must be above 0")
        AdaptiveKLController.value = float(init_kl_coef)
        self.target = target
        self.horizon = horizon

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        error = np.clip((kl - self.target) / self.target, -0.2, 0.2)
        AdaptiveKLController.value = float(AdaptiveKLController.value * (1 + error * steps / self.horizon))
