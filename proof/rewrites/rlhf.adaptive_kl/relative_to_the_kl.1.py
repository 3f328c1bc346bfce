"""difference over measurement, min and max"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        if not (init_kl_coef > 0 and target > 0 and horizon > 0):
            raise ValueError("three numbers above 0 are needed")
        self.value = float(init_kl_coef)
        self._k_target = float(target)
        self._h = float(horizon)

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        relative = (kl - self._k_target) / kl
        relative = min(0.2, max(-0.2, relative))
        self.value *= 1 + relative * steps / self._h
