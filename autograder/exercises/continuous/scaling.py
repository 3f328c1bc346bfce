"""Judgement of `continuous.scaling`: `RunningMoments`, `ObservationScaler` and `RewardScaler`.

The oracle keeps every row that was ever seen, and computes mean and variance anew from all of them, one feature at a
time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, same_type
from autograder.submission import Remote, Submission

scaling = Judgement(
    "continuous.scaling",
    hints=(
        "Two batches of n and m rows have the means a and b. What is the mean of all n + m rows? Then the same for the "
        "sum of squared distances: those within each batch, and what the distance between a and b adds.",
        "Batch variances times their counts are sums of squared distances. Put together they lack one term: "
        "(b − a)² · n · m / (n + m). With n = 0 it vanishes, so the first batch needs no case of its own.",
        "ObservationScaler: take in the batch (if `update`), subtract the mean, divide by np.sqrt(var + 1e-8), clip, "
        "make it float32. In that order.",
        "RewardScaler: `self.returns = gamma * self.returns + rewards`; these are the rows of the moments, one for "
        "each environment: `self.returns[:, None]`. Then zero where an episode ended. What is divided is the reward.",
    ),
)
SINGLE = np.float32
EPSILON = 1e-8


def moments(rows: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of each feature over all rows, in double precision, one feature at a time."""
    together = [[float(x) for x in row] for batch in rows for row in batch]
    if not together:
        return np.zeros(0), np.zeros(0)
    count, means, variances = len(together), [], []
    for i in range(len(together[0])):
        column = [row[i] for row in together]
        middle = column[0] + sum(x - column[0] for x in column) / count
        means.append(middle)
        variances.append(sum((x - middle) ** 2 for x in column) / count)
    return np.array(means), np.array(variances)


def batches(rng: np.random.Generator, size: int, counts: Sequence[int]) -> list[np.ndarray]:
    """Batches of rows (count, size) whose means and spreads differ, by feature and by batch."""
    found = []
    for count in counts:
        middle, spread = rng.uniform(-3.0, 3.0, size), rng.uniform(0.3, 3.0, size)
        found.append(middle + spread * rng.standard_normal((count, size)))
    return found


def right_moments(where: str, held: Remote, rows: Sequence[np.ndarray], magnitude: float) -> Iterator[Observation]:
    """Count, mean and variance beside those of all rows."""
    mean, var = moments(rows)
    yield close(f"the count {where}", held.get("count"), sum(map(len, rows)))
    yield close(f"the mean {where}", held.get("mean"), mean, magnitude=magnitude, roundings=64)
    yield close(f"the variance {where}", held.get("var"), var, magnitude=magnitude, roundings=64)


@scaling.check(weight=2)
def moments_are_those_of_all_rows(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After every update count, mean and variance are those of all rows so far, as if they had come at once."""
    for counts in ((5, 1, 17, 2), (1, 1, 1)):
        size = int(rng.integers(2, 5))
        held, seen = s.build("RunningMoments", size), []
        for batch in batches(rng, size, counts):
            held.tell("update", batch)
            seen.append(batch)
            yield from right_moments(f"after {len(seen)} updates", held, seen, 40.0)


@scaling.check()
def moments_begin_with_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Before the first row the count is 0, the mean 0 and the variance 1; two objects share nothing."""
    used, fresh = s.build("RunningMoments", 3), s.build("RunningMoments", 3)
    [rows] = batches(rng, 3, [6])
    used.tell("update", rows)
    for held in (fresh, s.build("RunningMoments", 3)):
        yield close("the count at first", held.get("count"), 0)
        yield close("the mean at first", held.get("mean"), np.zeros(3))
        yield close("the variance at first", held.get("var"), np.ones(3))
    yield from right_moments("of the one that was used", used, [rows], 40.0)


@scaling.check()
def moments_keep_their_digits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Small changes of a large number are not lost: the sums are in float64, and squares are taken of distances."""
    for offset, dtype in ((1e8, np.float64), (4e4, np.float32)):
        held = s.build("RunningMoments", 2)
        seen = [(offset + rng.uniform(-1.0, 1.0, (count, 2))).astype(dtype) for count in (30, 7, 40)]
        for batch in seen:
            held.tell("update", batch)
        mean, var = moments(seen)
        name = f"of numbers about {offset:g}"
        yield close(f"the mean {name}", held.get("mean"), mean, roundings=64)
        yield close(f"the variance {name}", held.get("var"), var, precision=SINGLE, magnitude=1.0)


def scaled(rows: np.ndarray, seen: Sequence[np.ndarray], clip: float) -> np.ndarray:
    """What an observation scaler is to give for `rows`, when it has taken in `seen`."""
    mean, var = moments(seen) if seen else (np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
    return np.clip((rows - mean) / np.sqrt(var + EPSILON), -clip, clip).astype(SINGLE)


@scaling.check(weight=2)
def observations_are_standardised(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each feature has its mean subtracted and is divided by √(var + 1e-8), with this batch already taken in."""
    for envs in (6, 1):
        scaler, seen = s.build("ObservationScaler", 3), []
        for batch in batches(rng, 3, [envs] * 4):
            batch[:, 2] *= 1e-4  # so small that where 1e-8 is added tells
            seen.append(batch)
            got = scaler.call("", batch)
            expected = scaled(batch, seen, 10.0)
            yield same_type("the observations", got, expected)
            yield close(f"the observations after {len(seen)} calls", got, expected, magnitude=4.0)


@scaling.check()
def observations_are_clipped(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What is beyond ±clip after the scaling is set to it; the moments take in what came, not what was clipped."""
    for clip in (10.0, 1.5):
        scaler = s.build("ObservationScaler", 2) if clip == 10.0 else s.build("ObservationScaler", 2, clip=clip)
        seen = []
        for batch in batches(rng, 2, [150, 150]):
            batch[0], batch[1] = 300.0, -1000.0
            seen.append(batch)
            got = scaler.call("", batch)
            yield close(f"the observations, clipped at {clip:g}", got, scaled(batch, seen, clip), magnitude=10.0)


@scaling.check()
def evaluation_changes_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With update=False observations are scaled by the moments so far, which stay as they are."""
    scaler = s.build("ObservationScaler", 3)
    first, other, third, last = batches(rng, 3, [4, 9, 4, 4])
    got = scaler.call("", other, update=False)
    yield close("observations before any was taken in", got, scaled(other, [], 10.0), magnitude=10.0)
    for given, seen in ((first, [first]), (third, [first, third])):
        got = scaler.call("", given, True)
        yield close("observations that are taken in", got, scaled(given, seen, 10.0), magnitude=10.0)
        got = scaler.call("", other, False)
        yield close("observations with update=False", got, scaled(other, seen, 10.0), magnitude=10.0)
    got = scaler.call("", last)
    yield close("observations after an evaluation", got, scaled(last, [first, third, last], 10.0), magnitude=10.0)


@scaling.check()
def a_constant_feature_becomes_zero(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A feature that never changed is scaled to 0, never to NaN; so is a single row."""
    for rows in (np.tile(rng.integers(1, 9, 2) / 4.0, (4, 1)), rng.integers(1, 9, (1, 2)) / 4.0):
        scaler = s.build("ObservationScaler", 2)
        for _ in range(2):
            yield close("a constant feature", scaler.call("", rows), np.zeros(rows.shape), precision=SINGLE)
    got = s.build("RewardScaler", 3, 0.9).call("", np.zeros(3), np.zeros(3, dtype=bool))
    yield close("rewards of 0", got, np.zeros(3))


class Returns:
    """The oracle of a reward scaler: every return that was ever seen."""

    def __init__(self, envs: int, gamma: float, clip: float = 10.0) -> None:
        self.gamma, self.clip = gamma, clip
        self.running = [0.0] * envs
        self.seen: list[np.ndarray] = []

    def scaled(self, rewards: np.ndarray, ended: np.ndarray) -> np.ndarray:
        for i, reward in enumerate(rewards):
            self.running[i] = self.gamma * self.running[i] + float(reward)
        self.seen.append(np.array(self.running)[:, None])
        for i in np.flatnonzero(ended).tolist():
            self.running[i] = 0.0
        _, var = moments(self.seen)
        return np.clip(rewards / np.sqrt(var[0] + EPSILON), -self.clip, self.clip).astype(SINGLE)


@scaling.check(weight=2)
def rewards_are_divided_by_the_std_of_the_return(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A reward is divided by √(var + 1e-8) of all discounted returns so far, this step's included; its mean stays."""
    for envs, gamma in ((5, 0.9), (2, 0.5), (3, 1.0)):
        scaler, oracle = s.build("RewardScaler", envs, gamma), Returns(envs, gamma)
        for step in range(6):
            rewards = rng.uniform(1.0, 3.0, envs) * rng.choice([-1.0, 4.0], envs)
            got = scaler.call("", rewards, np.zeros(envs, dtype=bool))
            expected = oracle.scaled(rewards, np.zeros(envs, dtype=bool))
            yield same_type("the rewards", got, expected)
            yield close(f"the rewards of step {step} with gamma {gamma:g}", got, expected, magnitude=5.0)


@scaling.check()
def returns_begin_anew_where_an_episode_ends(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The last reward of an episode still counts in its return; the next one begins at 0, in that environment only."""
    for gamma in (0.9, 1.0):
        scaler, oracle = s.build("RewardScaler", 4, gamma), Returns(4, gamma)
        for step in range(8):
            rewards = rng.uniform(0.5, 3.0, 4)
            ended = (np.arange(4) + step) % 4 == 1
            got = scaler.call("", rewards, ended)
            yield close(f"the rewards of step {step}", got, oracle.scaled(rewards, ended), magnitude=5.0)


@scaling.check()
def rewards_are_clipped(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A scaled reward beyond ±clip is set to it; the returns add up what came, not what was clipped."""
    for clip in (10.0, 1.0):
        given = {} if clip == 10.0 else {"clip": clip}
        scaler, oracle = s.build("RewardScaler", 300, 0.9, **given), Returns(300, 0.9, clip)
        for step in range(3):
            rewards = rng.uniform(-1.0, 1.0, 300)
            rewards[step], rewards[step + 10] = 500.0, -700.0
            nothing = np.zeros(300, dtype=bool)
            got = scaler.call("", rewards, nothing)
            yield close(f"the rewards, clipped at {clip:g}", got, oracle.scaled(rewards, nothing), magnitude=10.0)


@scaling.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Arrays in float32 and of any layout are right, none is changed, and what is returned is not written to later."""
    rows = np.asfortranarray(rng.standard_normal((6, 3)).astype(SINGLE))
    rewards, ended = rng.standard_normal(6).astype(SINGLE), np.arange(6) == 2
    scaler, of_rewards, oracle = s.build("ObservationScaler", 3), s.build("RewardScaler", 6, 0.9), Returns(6, 0.9)
    held = [s.hold(value) for value in (rows, rewards, ended)]
    for _ in range(2):
        got = scaler.build("", held[0])
        yield close("observations in float32", got.fetch(), scaled(rows.astype(float), [rows], 10.0), magnitude=4.0)
        again = of_rewards.build("", held[1], held[2])
        right = oracle.scaled(rewards.astype(float), ended)
        yield close("rewards in float32", again.fetch(), right, magnitude=5.0)
        scaler.call("", rows)
        of_rewards.call("", rewards, ended)
        oracle.scaled(rewards.astype(float), ended)
        yield close("observations of before", got.fetch(), scaled(rows.astype(float), [rows], 10.0), magnitude=4.0)
        yield close("rewards of before", again.fetch(), right, magnitude=5.0)
    for name, remote, value in zip(("observations", "rewards", "ended"), held, (rows, rewards, ended), strict=True):
        yield identical(name, remote.fetch(), value, f"the {name} were changed")


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    scaling.misconception(identity, edits=edits, source=source, message=message, question=question)


OF_BATCH = "count, mean, var = len(rows), rows.mean(axis=0), rows.var(axis=0)"
NEW_MEAN = "self.mean = self.mean + apart * count / total"
NEW_VAR = "self.var = (within + between) / total"
SCALED = "standardised = (observations - self.moments.mean) / np.sqrt(self.moments.var + 1e-8)"
TAKEN_IN = "        if update:\n            self.moments.update(observations)\n"
OBSERVED = "return np.clip(standardised, -self.clip, self.clip).astype(np.float32)"
RETURNS = "self.returns = self.gamma * self.returns + rewards"
OF_RETURNS = "self.moments.update(self.returns[:, None])"
ANEW = "self.returns = np.where(ended, 0.0, self.returns)"
DIVIDED = "scaled = rewards / np.sqrt(self.moments.var + 1e-8)"

mistake(
    "batches_weigh_alike",
    "Every batch weighs the same, however many rows it has.",
    "A batch of 1 row and one of 99: how much of the mean of all 100 belongs to the first?",
    (OF_BATCH, OF_BATCH.replace("len(rows)", "1")),
)
scaling.another_form(
    "batches_weigh_alike",
    edits=(
        (NEW_MEAN, "weight = 0.5 if self.count else 1.0\n        self.mean = self.mean + apart * weight"),
        (NEW_VAR, "self.var = self.var + (var - self.var) * weight"),
    ),
)
mistake(
    "only_within_batches",
    "The variance is the mean of the batches' variances: that the batches' means lie apart adds nothing.",
    "Two batches of equal numbers, all 0 and all 1. What is the variance of both together?",
    (NEW_VAR, "self.var = within / total"),
)
mistake(
    "distance_not_squared",
    "The distance between the means enters as it is; a variance is made of squares.",
    "In which unit is a variance, if the rows are in metres?",
    ("apart**2", "np.abs(apart)"),
)
mistake(
    "divides_by_count_minus_one",
    "The sum of squares is divided by count − 1, which is 0 after one row.",
    "Which of the two variances does the statement ask for?",
    (OF_BATCH, OF_BATCH.replace("var(axis=0)", "var(axis=0, ddof=1)")),
)
scaling.another_form("divides_by_count_minus_one", edit=(NEW_VAR, "self.var = (within + between) / max(total - 1, 1)"))
scaling.another_form(
    "divides_by_count_minus_one",
    edits=(
        ("within = self.count * self.var + count * var", "within = (self.count - 1) * self.var + count * var"),
        (NEW_VAR, "self.var = (within + between) / max(total - 1, 1)"),
    ),
)
mistake(
    "mean_of_squares_less_square_of_the_mean",
    "The variance is the mean of the squares less the square of the mean. For small changes of a large number both are "
    "nearly equal, and their difference is rounding: it can even be negative.",
    "How many digits has 10⁸ squared, and how many of them does float64 keep?",
    source="""
class RunningMoments:
    def __init__(self, size):
        self.count, self.mean, self.var = 0, np.zeros(size), np.ones(size)
        self.total, self.squares = np.zeros(size), np.zeros(size)

    def update(self, rows):
        rows = rows.astype(np.float64)
        self.count += len(rows)
        self.total = self.total + rows.sum(axis=0)
        self.squares = self.squares + (rows**2).sum(axis=0)
        self.mean = self.total / self.count
        self.var = self.squares / self.count - self.mean**2
""",
)
mistake(
    "sums_in_float32",
    "The sums are kept in float32, and after thousands of rows their last digits are gone.",
    "How many digits does float32 keep of 40000.123?",
    ("rows = rows.astype(np.float64)", "rows = rows.astype(np.float32)"),
)
mistake(
    "moving_average",
    "This is a moving average, which forgets: old rows count less than new ones, and 0 and 1 count as rows.",
    "After 100 rows, how much should the first one count?",
    (NEW_MEAN, "self.mean = 0.99 * self.mean + 0.01 * mean"),
    (NEW_VAR, "self.var = 0.99 * self.var + 0.01 * var"),
)
mistake(
    "last_batch_only",
    "Only the last batch counts; what was seen before is forgotten.",
    "What is *running* about these moments?",
    (NEW_MEAN, "self.mean = mean"),
    (NEW_VAR, "self.var = var"),
)
mistake(
    "one_scale_for_all_features",
    "All features share one mean and one variance.",
    "One feature is an angle near 0, another a speed near 100. What becomes of the angle?",
    (
        OF_BATCH,
        "count, mean, var = len(rows), np.full(rows.shape[1], rows.mean()), np.full(rows.shape[1], rows.var())",
    ),
)
mistake(
    "a_row_that_nobody_saw",
    "The count begins above 0, so the moments it began with stay in the mean for ever.",
    "After one row, what should the mean be?",
    ("self.count = 0", "self.count = 1e-4"),
)
scaling.another_form("a_row_that_nobody_saw", edit=("self.count = 0", "self.count = 1"))
mistake(
    "standard_deviation_for_variance",
    "`var` holds the standard deviation.",
    "What is `var` short for?",
    (NEW_VAR, "self.var = np.sqrt((within + between) / total)"),
)
mistake(
    "divides_by_the_variance",
    "It is divided by the variance, not by its root.",
    "In which unit is a reward, once it is divided by a variance?",
    (SCALED, SCALED.replace("np.sqrt(self.moments.var + 1e-8)", "(self.moments.var + 1e-8)")),
)
scaling.another_form("divides_by_the_variance", edit=(DIVIDED, "scaled = rewards / (self.moments.var + 1e-8)"))
mistake(
    "without_epsilon",
    "A feature that never changed has the variance 0, and 0 / 0 is NaN.",
    "What should become of a feature that is always 3?",
    (SCALED, SCALED.replace(" + 1e-8", "")),
)
scaling.another_form("without_epsilon", edit=(DIVIDED, DIVIDED.replace(" + 1e-8", "")))
mistake(
    "epsilon_outside_the_root",
    "1e-8 is added to the root. Under the root it holds back features with a standard deviation below 1e-4; outside it "
    "does so at 1e-8 only, and their noise is blown up.",
    "What is the root of 1e-8?",
    (SCALED, SCALED.replace("var + 1e-8)", "var) + 1e-8").replace("/ np.sqrt(", "/ (np.sqrt(") + ")"),
)
mistake(
    "mean_not_subtracted",
    "The mean of the observations stays.",
    "A feature lies between 100 and 101. What does a network see after the division alone?",
    (SCALED, SCALED.replace(" - self.moments.mean", "")),
)
mistake(
    "scales_before_it_takes_in",
    "The batch is scaled by the moments of before, and taken in afterwards: the first one is not scaled at all.",
    "By which moments should the very first batch be scaled?",
    (TAKEN_IN, ""),
    (
        OBSERVED,
        "if update:\n            self.moments.update(observations)\n        " + OBSERVED,
    ),
)
scaling.another_form(
    "scales_before_it_takes_in",
    edits=(
        (OF_RETURNS, "root = np.sqrt(self.moments.var + 1e-8)\n        " + OF_RETURNS),
        (DIVIDED, "scaled = rewards / root"),
    ),
)
mistake(
    "learns_in_evaluation",
    "`update` has no effect: the moments move while a policy is evaluated, and two evaluations differ.",
    "Which states may the moments of a finished policy depend on?",
    (TAKEN_IN, "        self.moments.update(observations)\n"),
)
mistake(
    "never_learns",
    "The moments are never updated: all is scaled by 0 and 1.",
    "Who takes in what was seen?",
    (TAKEN_IN, ""),
)
scaling.another_form("never_learns", edit=(OF_RETURNS, "pass"))
mistake(
    "clips_before_scaling",
    "What is clipped is the raw number, and scaled afterwards.",
    "A position of 500 m is common and one of 510 m is not. Which numbers does a clip at ±10 leave of them?",
    (SCALED, SCALED.replace("(observations -", "(np.clip(observations, -self.clip, self.clip) -")),
    (OBSERVED, "return standardised.astype(np.float32)"),
)
scaling.another_form(
    "clips_before_scaling",
    edit=(TAKEN_IN, "        observations = np.clip(observations, -self.clip, self.clip)\n" + TAKEN_IN),
)
scaling.another_form(
    "clips_before_scaling",
    edit=(RETURNS, "rewards = np.clip(rewards, -self.clip, self.clip)\n        " + RETURNS),
)
mistake(
    "never_clips",
    "Nothing is clipped.",
    "A sensor fails once and says 10⁶. How large may what the network sees become?",
    (OBSERVED, "return standardised.astype(np.float32)"),
)
scaling.another_form("never_clips", edit=("        " + DIVIDED, "        self.clip = np.inf\n        " + DIVIDED))
mistake(
    "clips_at_ten_always",
    "`clip` has no effect: the limit is always 10.",
    "What is the argument `clip` for?",
    (OBSERVED, "return np.clip(standardised, -10.0, 10.0).astype(np.float32)"),
)
mistake(
    "returns_float64",
    "The result is float64; the network's weights are float32, and torch refuses to mix them.",
    "Which dtype does NumPy give for float32 and float64 together?",
    (OBSERVED, "return np.clip(standardised, -self.clip, self.clip)"),
)
mistake(
    "rewards_centred",
    "The mean is subtracted from the rewards. That changes what is best: a reward of 1 for each step alive becomes 0, "
    "to stay alive is worth nothing any more.",
    "Add a constant to every reward. Is an episode that lasts twice as long still worth the same?",
    (DIVIDED, "scaled = (rewards - self.moments.mean) / np.sqrt(self.moments.var + 1e-8)"),
)
scaling.another_form(
    "rewards_centred",
    edit=(DIVIDED, "scaled = (rewards - rewards.mean()) / np.sqrt(self.moments.var + 1e-8)"),
)
mistake(
    "std_of_the_rewards",
    "The rewards are divided by their own standard deviation, not by that of the return. Values are returns, and these "
    "stay as large as the horizon makes them.",
    "Which numbers must the value network predict: rewards, or their discounted sums?",
    (OF_RETURNS, "self.moments.update(rewards[:, None])"),
)
mistake(
    "not_discounted",
    "The return is not discounted: gamma has no effect.",
    "With gamma = 0.9, how much of a reward ten steps ago is left in the running sum?",
    (RETURNS, "self.returns = self.returns + rewards"),
)
mistake(
    "newest_reward_discounted",
    "The newest reward is discounted as well.",
    "In the running sum, which power of gamma belongs to the reward of this step?",
    (RETURNS, "self.returns = self.gamma * (self.returns + rewards)"),
)
mistake(
    "return_runs_through",
    "The return runs on from one episode into the next.",
    "Which rewards belong to the first return of a new episode?",
    (ANEW, "pass"),
)
mistake(
    "last_reward_lost",
    "The return is set to 0 before it is taken in: what the last step of an episode earned is lost.",
    "When the reward of the last step arrives, has its episode's return been seen already?",
    (OF_RETURNS, ANEW + "\n        " + OF_RETURNS),
)
mistake(
    "all_begin_anew",
    "Where one episode ends, the returns of all environments begin anew.",
    "Do copies of an environment end their episodes together?",
    (ANEW, "self.returns = self.returns * (1 - ended.any())"),
)
mistake(
    "begins_anew_the_wrong_way_round",
    "The return is kept where an episode ended, and zeroed where it goes on.",
    "What does True in `ended` say?",
    (ANEW, "self.returns = np.where(ended, self.returns, 0.0)"),
)
mistake(
    "returns_for_rewards",
    "What is returned is the scaled return; the learner asked for rewards, and will sum them again.",
    "Which of the two does the advantage estimate take?",
    (DIVIDED, "scaled = np.where(ended, rewards, self.returns) / np.sqrt(self.moments.var + 1e-8)"),
)
mistake(
    "a_scale_for_each_environment",
    "Each environment has moments of its own, so the same reward is worth more in one copy than in another.",
    "Are the copies different tasks, or samples of one?",
    ("self.moments = RunningMoments(1)", "self.moments = RunningMoments(envs)"),
    (OF_RETURNS, "self.moments.update(self.returns[None, :])"),
)
mistake(
    "changes_its_input",
    "The input is changed in place: who called it has other numbers than before.",
    "What is the difference between `x = x - m` and `x -= m` for the caller of the function?",
    (
        SCALED,
        "observations[:] = observations - self.moments.mean\n"
        "        standardised = observations / np.sqrt(self.moments.var + 1e-8)",
    ),
)
scaling.another_form(
    "changes_its_input",
    edit=(DIVIDED, "rewards[:] = rewards / np.sqrt(self.moments.var + 1e-8)\n        scaled = rewards"),
)
