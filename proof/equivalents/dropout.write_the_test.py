"""Mutants of accepts_dropout that give the same verdicts."""


INPUT = "x = np.random.standard_normal((30, 30))"
CALLS = "outputs = np.stack([layer(x) for _ in range(6)]) # (calls, rows, columns)"
COUNTS = "if np.ptp(dropped.sum(axis=(1, 2))) == 0:"
SHARE = "if abs(dropped.mean() - dropout_rate) > 0.05:"
SIZE = "One row, column or call more or less changes what is allowed in standard deviations by 10% at most, of seven."
ARGUMENTS = {
    **{
        f"{INPUT} → {INPUT.replace('(30, 30)', size)}": SIZE
        for size in ("( 31, 30)", "( 29, 30)", "(30, 31)", "(30, 29)")
    },
    **{f"{CALLS} → {CALLS.replace('range(6)', calls)}": SIZE for calls in ("range( 7)", "range( 5)")},
    f"{COUNTS} → {COUNTS.replace('== 0', '<= 0')}": "A range is never negative.",
    f"{COUNTS} → {COUNTS.replace('dropped.sum', 'dropped.mean')}": "Counts are equal where means are: one divisor.",
    f"{SHARE} → {SHARE.replace('>', '>=')}": "Exactly 0.05 is seven standard deviations away.",
}


class Layer:
    """Inverted dropout, right or with one fault of the kinds that the statement lists."""

    FAULTS = ("none", "none", "scale", "rate", "evaluation", "rows", "columns", "calls", "noise", "count")

    def __init__(self, rng, rate):
        self.rng, self.keep, self.training = rng, 1.0 - rate, True
        self.fault = str(rng.choice(self.FAULTS))
        self.factor = {"scale": float(rng.choice([1.0, 1.05 / self.keep]))}.get(self.fault, 1.0 / self.keep)
        self.first = {}

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training:
            return x * (self.keep if self.fault == "evaluation" else 1.0)
        size = {"rows": (1, *x.shape[1:]), "columns": (*x.shape[:-1], 1)}.get(self.fault, x.shape)
        mask = self.rng.random(size) < (1.0 - self.keep if self.fault == "rate" else self.keep)
        if self.fault == "count":
            mask = self.rng.permutation(x.size).reshape(x.shape) < round(self.keep * x.size)
        if self.fault == "calls":
            mask = self.first.setdefault(x.shape, mask)
        noise = self.rng.normal(1.0, 0.1, x.shape) if self.fault == "noise" else 1.0
        return x * mask * self.factor * noise


def outcome(names, rng):
    rate = float(rng.choice([rng.uniform(0.2, 0.4), rng.uniform(0.6, 0.8)]))
    return names["accepts_dropout"](Layer(rng, rate), rate)
