"""a frozen dataclass with a method for each array"""
from dataclasses import dataclass

STRATEGIES = ("DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3")


@dataclass(frozen=True)
class Plan:
    parameters: int
    strategy: str
    data: int
    tensor: int
    pipeline: int
    learns: bool

    def __post_init__(self):
        if self.strategy not in STRATEGIES:
            raise ValueError(f"strategy must be one of {STRATEGIES}")

    @property
    def part(self):
        return -(-self.parameters // (self.tensor * self.pipeline))

    def held(self, cut_by):
        return -(-self.part // self.data) if self.strategy in cut_by else self.part

    def weights(self):
        return 2 * self.held(("ZeRO-3",))

    def gradients(self):
        return 2 * self.held(("ZeRO-2", "ZeRO-3")) if self.learns else 0

    def states(self):
        return (4 + 4 + 4) * self.held(STRATEGIES) if self.learns else 0


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    plan = Plan(parameters, strategy, data, tensor, pipeline, learns)
    return plan.weights(), plan.gradients(), plan.states()
