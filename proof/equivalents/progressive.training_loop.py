"""Mutants of the training loop that cannot differ from it: steps are counted from 1 to the number of batches."""

import torch

TOLD = "if step == 1 or step % log_every == 0:"
TESTED = "if step == len(batches) or step % evaluate_every == 0:"
REMAINDER = "A remainder of positive numbers is never below 0."
ARGUMENTS = {
    f"{TOLD} → {TOLD.replace('step == 1', 'step <= 1')}": "The first step is 1.",
    f"{TOLD} → {TOLD.replace('== 0', '<= 0')}": REMAINDER,
    f"{TESTED} → {TESTED.replace('== 0', '<= 0')}": REMAINDER,
    f"{TESTED} → {TESTED.replace('step ==', 'step >=')}": "No step comes after the last.",
}


class Descent:
    """Torch's own optimizers would take seconds to import."""

    def __init__(self, model):
        self.model = model

    def zero_grad(self):
        self.model.zero_grad()

    @torch.no_grad()
    def step(self):
        for parameter in self.model.parameters():
            parameter.sub_(0.3 * parameter.grad)


def outcome(names, rng):
    torch.manual_seed(int(rng.integers(1 << 31)))
    model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0)).double()
    batches = []
    for _ in range(int(rng.integers(1, 6))):
        x, labels = rng.standard_normal((4, 3)), (rng.random(4) < 0.5).astype(float)
        batches.append((torch.from_numpy(x), torch.from_numpy(labels)))
    events = []
    often = [int(n) for n in rng.integers(1, 6, size=2)]
    names["train"](model, Descent(model), batches, lambda model: {"mode": model.training}, events.append, *often)
    return [events, *(parameter.detach().numpy() for parameter in model.parameters())]
