"""if statement on the ratio to the target"""

LARGEST_RATIO = 1.2


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        settings = {"init_kl_coef": init_kl_coef, "target": target, "horizon": horizon}
        for name, setting in settings.items():
            if not setting > 0:
                raise ValueError(name + " must be above 0")
        self.settings = settings
        self.value = float(init_kl_coef)

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        ratio = float(kl) / self.settings["target"]
        if ratio > LARGEST_RATIO:
            ratio = LARGEST_RATIO
        weight = steps / self.settings["horizon"]
        self.value = self.value * (1 - weight) + self.value * ratio * weight
