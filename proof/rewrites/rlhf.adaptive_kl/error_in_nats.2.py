"""nested conditionals, in-place multiplication"""


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    bound = 0.2

    def __init__(self, init_kl_coef, target, horizon):
        for x in [init_kl_coef, target, horizon]:
            if not x > 0:
                raise ValueError("must be above zero: %r" % (x,))
        self.value = float(init_kl_coef)
        self.wanted = float(target)
        self.per_text = 1.0 / float(horizon)

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        gap = kl - self.wanted
        if gap > self.bound:
            gap = self.bound
        elif gap < -self.bound:
            gap = -self.bound
        self.value *= 1.0 + gap * steps * self.per_text
