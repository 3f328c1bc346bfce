"""The value model of RLHF, and how PPO asks it and the policy together.

In chapter 4 one stream was read twice, as logits and as a value. Here the two are separate models: the policy's weights
then answer for what is written and for nothing else, and the value model can start from another model, such as the
reward model.
"""

from typing import Any

from torch import Tensor, nn


class ValueModel(nn.Module):
    """tokens (batch, time) → values (batch, time): at each position, what is still to be earned behind it.

    `model` is a language model, which is read by `model.hidden(tokens)`: (batch, time, d_model). A fresh one says 0
    everywhere.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.value = nn.Linear(model.config.d_model, 1, device=next(model.parameters()).device)
        nn.init.zeros_(self.value.weight)
        nn.init.zeros_(self.value.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        # A value is float32, whatever the model is.
        return self.value(self.model.hidden(tokens).to(self.value.weight.dtype)).squeeze(-1)


class PolicyAndValues(nn.Module):
    """Two separate models behind the interface of one: tokens → (logits, values), as `curriculum.text_ppo` asks."""

    def __init__(self, policy: nn.Module, value_model: nn.Module) -> None:
        super().__init__()
        self.policy, self.value_model = policy, value_model

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        return self.policy(tokens), self.value_model(tokens)
