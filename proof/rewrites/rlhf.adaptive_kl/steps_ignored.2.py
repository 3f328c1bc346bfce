"""gain worked out once in the constructor"""


def clamp(number, low, high):
    if number < low:
        return low
    return high if number > high else number


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        names = ("init_kl_coef", "target", "horizon")
        for name, given in zip(names, (init_kl_coef, target, horizon)):
            if not given > 0:
                raise ValueError(f"{name} is {given}, not above 0")
        self.value = float(init_kl_coef)
        self.goal = float(target)
        self.gain = 1.0 / float(horizon)
        self.updates = 0

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        self.updates += 1
        self.value *= 1.0 + self.gain * clamp(kl / self.goal - 1.0, -0.2, 0.2)
