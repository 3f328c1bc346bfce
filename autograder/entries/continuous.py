"""The entries of chapter 4's continuous control, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES = (
    Exercise(
        id="continuous.gaussian_policy",
        title="A Gaussian policy: log-probability, entropy, samples",
        notebook="04_ppo/continuous.ipynb",
        defines=("gaussian_log_prob", "gaussian_entropy", "gaussian_sample"),
        reference="curriculum.continuous",
        points=5,
        difficulty=2,
        minutes=35,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="continuous.squashed_policy",
        title="Squashed into bounds: the change of variables",
        notebook="04_ppo/continuous.ipynb",
        defines=("squash", "squashed_log_prob", "squashed_entropy"),
        reference="curriculum.continuous",
        points=6,
        difficulty=4,
        minutes=50,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="continuous.scaling",
        title="Observations and rewards on a common scale",
        notebook="04_ppo/continuous.ipynb",
        defines=("RunningMoments", "ObservationScaler", "RewardScaler"),
        reference="curriculum.scaling",
        points=6,
        difficulty=3,
        minutes=45,
    ),
)
