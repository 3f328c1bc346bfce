"""remembers the last measurement and works the value out on demand"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        for number in (init_kl_coef, target, horizon):
            if number <= 0:
                raise ValueError("not above 0")
        self.coef = init_kl_coef
        self.target = target
        self.horizon = horizon
        self.last_kl = target
        self.last_steps = 0

    @property
    def value(self):
        error = self.last_kl / self.target - 1
        error = max(-0.2, min(0.2, error))
        return float(self.coef * (1 + error * self.last_steps / self.horizon))

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        self.last_kl = kl
        self.last_steps = steps
