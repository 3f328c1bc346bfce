"""numpy clip, target minus measurement"""
import numpy as np


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        for number in (init_kl_coef, target, horizon):
            if not number > 0:
                raise ValueError("all three must be above 0")
        self.value = float(init_kl_coef)
        self.target = target
        self.horizon = horizon

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        missing = np.clip((self.target - kl) / self.target, -0.2, 0.2)
        self.value = float(self.value * (1.0 + missing * steps / self.horizon))
