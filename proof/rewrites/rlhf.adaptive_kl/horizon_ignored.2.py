"""adds a change for the texts of the batch, built-ins only"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        self._checked(init_kl_coef, target, horizon)
        self._b = float(init_kl_coef)
        self._k = float(target)

    def _checked(self, *numbers):
        if not all(n > 0 for n in numbers):
            raise ValueError("a number that is not above 0: " + repr(numbers))

    @property
    def value(self):
        return self._b

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        off = max(min(kl / self._k - 1.0, 0.2), -0.2)
        change_per_text = self._b * off
        self._b += change_per_text * steps
