"""plain min and max, factor made by a helper"""


def _bounded(x, limit=0.2):
    return max(-limit, min(limit, x))


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        if min(init_kl_coef, target, horizon) <= 0:
            raise ValueError("init_kl_coef, target and horizon have to be positive")
        self._beta, self._target, self._horizon = float(init_kl_coef), float(target), float(horizon)

    @property
    def value(self):
        return self._beta

    def _factor(self, kl, steps):
        error = _bounded(kl / self._target - 1.0)
        return 1.0 - error * (steps / self._horizon)

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        self._beta *= self._factor(kl, steps)
        return self._beta
