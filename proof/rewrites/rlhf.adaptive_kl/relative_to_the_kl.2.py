"""one minus a quotient, guarded division, numpy"""
import numpy as np


def relative_error(measured, wanted):
    measured = max(measured, 1e-8)
    return float(np.clip(1.0 - wanted / measured, -0.2, 0.2))


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        if any(not x > 0 for x in (init_kl_coef, target, horizon)):
            raise ValueError("arguments must be above 0")
        self.value = float(init_kl_coef)
        self.target = float(target)
        self.horizon = float(horizon)

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        change = relative_error(kl, self.target) * steps / self.horizon
        self.value = self.value + change * self.value
        return self.value
