"""factor kept between two limits"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    SMALLEST, LARGEST = 0.8, 1.2

    def __init__(self, init_kl_coef, target, horizon):
        self._coef, self._target, self._horizon = map(float, (init_kl_coef, target, horizon))
        if not (self._coef > 0 and self._target > 0 and self._horizon > 0):
            raise ValueError("coefficient, target and horizon are all above 0")

    @property
    def value(self):
        return self._coef

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        factor = 1.0 + (kl / self._target - 1.0) * (steps / self._horizon)
        factor = sorted((self.SMALLEST, factor, self.LARGEST))[1]
        self._coef *= factor
