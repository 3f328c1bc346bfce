"""an integral controller: start plus what has been summed"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        if min(init_kl_coef, target, horizon) <= 0:
            raise ValueError("init_kl_coef, target and horizon must each be above 0")
        self.start = float(init_kl_coef)
        self.target = float(target)
        self.horizon = float(horizon)
        self.integral = 0.0

    @property
    def value(self):
        return self.start + self.integral / self.horizon

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        e = (kl - self.target) / self.target
        self.integral += steps * max(-0.2, min(e, 0.2))
