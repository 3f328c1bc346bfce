"""Mutants of the scalers that cannot differ from them."""

import numpy as np

BATCH = "count, mean, var = len(rows), rows.mean(axis=0), rows.var(axis=0)"
RETURNS = "self.returns = self.gamma * self.returns + rewards"
TWO_AXES = "Rows have two axes, and the first is the last but one."
ARGUMENTS = {
    f"{BATCH} → {BATCH.replace('mean(axis=0)', 'mean(axis=-2)')}": TWO_AXES,
    f"{BATCH} → {BATCH.replace('var(axis=0)', 'var(axis=-2)')}": TWO_AXES,
    f"{RETURNS} → {RETURNS.replace('+', '-')}": "Every return has the other sign, which no variance sees.",
}


def outcome(names, rng):
    size, envs = (int(n) for n in rng.integers(1, 5, size=2))
    observe, reward = names["ObservationScaler"](size), names["RewardScaler"](envs, float(rng.uniform(0.0, 1.0)))
    found = []
    for _ in range(int(rng.integers(1, 5))):
        rows = rng.normal(rng.uniform(-9.0, 9.0), rng.uniform(0.0, 5.0), (int(rng.integers(1, 5)), size))
        found += [observe(rows, bool(rng.random() < 0.8)).ravel(), observe.moments.mean, observe.moments.var]
        found.append(reward(rng.normal(1.0, 2.0, envs), rng.random(envs) < 0.3))
    return np.concatenate(found)
