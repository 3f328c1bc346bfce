"""a dict of state in the class body, a property on top"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    state = {"beta": None}

    def __init__(self, init_kl_coef, target, horizon):
        if not min(init_kl_coef, target, horizon) > 0:
            raise ValueError("coefficient, target and horizon have to be above 0")
        self.target = float(target)
        self.horizon = float(horizon)
        self.state["beta"] = float(init_kl_coef)

    @property
    def value(self):
        return self.state["beta"]

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        deviation = min(max(kl / self.target - 1.0, -0.2), 0.2)
        self.state["beta"] *= 1.0 + deviation * steps / self.horizon
