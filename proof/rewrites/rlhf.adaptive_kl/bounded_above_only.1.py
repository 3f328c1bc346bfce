"""built-in min"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        if init_kl_coef <= 0 or target <= 0 or horizon <= 0:
            raise ValueError("init_kl_coef, target, horizon: all above 0")
        self.value = float(init_kl_coef)
        self.target, self.horizon = target, horizon

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        error = min((kl - self.target) / self.target, 0.2)
        self.value = float(self.value * (1 + error * steps / self.horizon))
