"""The entries of chapter 3's policy gradients in NumPy, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES = (
    Exercise(
        id="reinforce.sample_categorical",
        title="Draw an action from its logits",
        notebook="03_reinforce/reinforce.ipynb",
        defines=("sample_categorical",),
        reference="curriculum.policy_gradient",
        points=3,
        difficulty=2,
        minutes=20,
        given=("curriculum.attention",),
    ),
    Exercise(
        id="reinforce.returns",
        title="Returns and rewards-to-go",
        notebook="03_reinforce/reinforce.ipynb",
        defines=("discounted_returns", "rewards_to_go"),
        reference="curriculum.policy_gradient",
        points=3,
        difficulty=1,
        minutes=20,
    ),
    Exercise(
        id="reinforce.baselines",
        title="Baselines: the mean, a running mean, and all but one",
        notebook="03_reinforce/reinforce.ipynb",
        defines=("mean_baseline", "leave_one_out_baseline", "exponential_baseline"),
        reference="curriculum.policy_gradient",
        points=4,
        difficulty=2,
        minutes=30,
    ),
    Exercise(
        id="reinforce.score_function_gradient",
        title="The gradient from samples, and the exact one",
        notebook="03_reinforce/reinforce.ipynb",
        defines=("score_function_gradient", "exact_gradient"),
        reference="curriculum.policy_gradient",
        points=6,
        difficulty=3,
        minutes=45,
        given=("curriculum.attention",),
    ),
    Exercise(
        id="reinforce.normalize_returns",
        title="Returns of mean 0 and deviation 1",
        notebook="03_reinforce/reinforce.ipynb",
        defines=("normalize_returns",),
        reference="curriculum.policy_gradient",
        points=3,
        difficulty=2,
        minutes=20,
    ),
)
