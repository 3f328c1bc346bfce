"""refuses negative numbers, property, built-ins"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        for name, number in (("init_kl_coef", init_kl_coef), ("target", target), ("horizon", horizon)):
            if number < 0:
                raise ValueError(f"{name} must not be negative")
        self._now = float(init_kl_coef)
        self._goal = float(target)
        self._texts = float(horizon)

    @property
    def value(self):
        return self._now

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        wrong_by = kl / self._goal - 1.0
        if abs(wrong_by) > 0.2:
            wrong_by = 0.2 if wrong_by > 0 else -0.2
        self._now *= 1.0 + wrong_by * steps / self._texts
