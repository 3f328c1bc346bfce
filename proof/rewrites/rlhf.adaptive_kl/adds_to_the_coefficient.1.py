"""plus-equals, numpy"""
import numpy as np


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        for v in (init_kl_coef, target, horizon):
            if not v > 0:
                raise ValueError("expected a number above 0")
        self.value = float(init_kl_coef)
        self.target = float(target)
        self.horizon = float(horizon)

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        error = float(np.clip(kl / self.target - 1, -0.2, 0.2))
        self.value += error * steps / self.horizon
