"""Misconceptions of `continuous.scaling`."""

from __future__ import annotations

from autograder.exercise import Judgement

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
BY_SQUARES = """
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
"""

FORGETS = """
class RunningMoments:
    def __init__(self, size):
        self.count, self.mean, self.var = 0, np.zeros(size), np.ones(size)

    def update(self, rows):
        self.count += len(rows)
        for row in rows.astype(np.float64):
            apart = row - self.mean
            self.mean = self.mean + 0.01 * apart
            self.var = 0.99 * (self.var + 0.01 * apart**2)
"""


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
        judgement.misconception(identity, edits=edits, source=source, message=message, question=question)

    mistake(
        "batches_weigh_alike",
        "Every batch weighs the same, however many rows it has.",
        "A batch of 1 row and one of 99: how much of the mean of all 100 belongs to the first?",
        (OF_BATCH, OF_BATCH.replace("len(rows)", "1")),
    )
    judgement.another_form(
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
    judgement.another_form(
        "divides_by_count_minus_one", edit=(NEW_VAR, "self.var = (within + between) / max(total - 1, 1)")
    )
    judgement.another_form(
        "divides_by_count_minus_one",
        edits=(
            ("within = self.count * self.var + count * var", "within = (self.count - 1) * self.var + count * var"),
            (NEW_VAR, "self.var = (within + between) / max(total - 1, 1)"),
        ),
    )
    mistake(
        "mean_of_squares_less_square_of_the_mean",
        "The variance is the mean of the squares less the square of the mean. For small changes of a large number both "
        "are nearly equal, and their difference is rounding: it can even be negative.",
        "How many digits has 10⁸ squared, and how many of them does float64 keep?",
        source=BY_SQUARES,
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
    judgement.another_form("moving_average", source=FORGETS)
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
    judgement.another_form("a_row_that_nobody_saw", edit=("self.count = 0", "self.count = 1"))
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
    judgement.another_form("divides_by_the_variance", edit=(DIVIDED, "scaled = rewards / (self.moments.var + 1e-8)"))
    mistake(
        "without_epsilon",
        "A feature that never changed has the variance 0, and 0 / 0 is NaN.",
        "What should become of a feature that is always 3?",
        (SCALED, SCALED.replace(" + 1e-8", "")),
    )
    judgement.another_form("without_epsilon", edit=(DIVIDED, DIVIDED.replace(" + 1e-8", "")))
    mistake(
        "epsilon_outside_the_root",
        "1e-8 is added to the root. Under the root it holds back features with a standard deviation below 1e-4; "
        "outside it does so at 1e-8 only, and their noise is blown up.",
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
    judgement.another_form(
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
    judgement.another_form("never_learns", edit=(OF_RETURNS, "pass"))
    mistake(
        "clips_before_scaling",
        "What is clipped is the raw number, and scaled afterwards.",
        "A position of 500 m is common and one of 510 m is not. Which numbers does a clip at ±10 leave of them?",
        (SCALED, SCALED.replace("(observations -", "(np.clip(observations, -self.clip, self.clip) -")),
        (OBSERVED, "return standardised.astype(np.float32)"),
    )
    judgement.another_form(
        "clips_before_scaling",
        edit=(TAKEN_IN, "        observations = np.clip(observations, -self.clip, self.clip)\n" + TAKEN_IN),
    )
    judgement.another_form(
        "clips_before_scaling",
        edit=(RETURNS, "rewards = np.clip(rewards, -self.clip, self.clip)\n        " + RETURNS),
    )
    mistake(
        "never_clips",
        "Nothing is clipped.",
        "A sensor fails once and says 10⁶. How large may what the network sees become?",
        (OBSERVED, "return standardised.astype(np.float32)"),
    )
    judgement.another_form("never_clips", edit=("        " + DIVIDED, "        self.clip = np.inf\n        " + DIVIDED))
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
        "The mean is subtracted from the rewards. That changes what is best: a reward of 1 for each step alive becomes "
        "0, to stay alive is worth nothing any more.",
        "Add a constant to every reward. Is an episode that lasts twice as long still worth the same?",
        (DIVIDED, "scaled = (rewards - self.moments.mean) / np.sqrt(self.moments.var + 1e-8)"),
    )
    judgement.another_form(
        "rewards_centred",
        edit=(DIVIDED, "scaled = (rewards - rewards.mean()) / np.sqrt(self.moments.var + 1e-8)"),
    )
    mistake(
        "std_of_the_rewards",
        "The rewards are divided by their own standard deviation, not by that of the return. Values are returns, and "
        "these stay as large as the horizon makes them.",
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
    judgement.another_form(
        "changes_its_input",
        edit=(DIVIDED, "rewards[:] = rewards / np.sqrt(self.moments.var + 1e-8)\n        scaled = rewards"),
    )
