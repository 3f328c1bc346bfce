"""one line for the step"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        if not (init_kl_coef > 0 and target > 0 and horizon > 0):
            raise ValueError("need positive numbers")
        self.value, self.K, self.H = float(init_kl_coef), float(target), float(horizon)

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        self.value *= 1 + (kl - self.K) / self.K * steps / self.H
