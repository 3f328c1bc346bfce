"""The bound as two questions, and the coefficient behind a property."""


class AdaptiveKLController:
    def __init__(self, init_kl_coef, target, horizon):
        for number in (init_kl_coef, target, horizon):
            if number <= 0:
                raise ValueError(f"{number} is not above 0")
        self._beta, self._target, self._rate = init_kl_coef, target, 1.0 / horizon

    @property
    def value(self):
        return self._beta

    def update(self, kl, steps):
        off = (kl - self._target) / self._target
        if off > 0.2:
            off = 0.2
        elif off < -0.2:
            off = -0.2
        self._beta = self._beta + self._beta * off * steps * self._rate
        return self._beta
