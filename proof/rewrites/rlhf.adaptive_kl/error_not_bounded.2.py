"""private names, a property, a static method for the error"""
import math


class AdaptiveKLController:
    """A KL coefficient, `value`, that is steered until the KL of whole texts is at its target."""

    def __init__(self, init_kl_coef, target, horizon):
        self.__coef = self._positive("init_kl_coef", init_kl_coef)
        self.__target = self._positive("target", target)
        self.__horizon = self._positive("horizon", horizon)

    @staticmethod
    def _positive(name, number):
        number = float(number)
        if math.isnan(number) or number <= 0.0:
            raise ValueError(f"{name} must be above 0, got {number}")
        return number

    @property
    def value(self):
        return self.__coef

    def update(self, kl, steps):
        """Take into account the mean KL of the last `steps` texts."""
        too_far = kl / self.__target - 1.0
        share_of_horizon = steps / self.__horizon
        self.__coef = self.__coef + self.__coef * too_far * share_of_horizon
