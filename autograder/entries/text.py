"""The entries of chapter 3's policy gradients for text, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES = (
    Exercise(
        id="text.sequence_log_probs",
        title="Which tokens the model wrote, and how likely it was to",
        notebook="03_reinforce/text.ipynb",
        defines=("completion_mask", "sequence_log_probs"),
        reference="curriculum.text_rl",
        points=4,
        difficulty=2,
        minutes=30,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="text.reinforce_loss",
        title="A loss whose gradient is REINFORCE",
        notebook="03_reinforce/text.ipynb",
        defines=("reinforce_loss",),
        reference="curriculum.text_rl",
        points=3,
        difficulty=2,
        minutes=20,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="text.entropy_bonus",
        title="How undecided the policy is",
        notebook="03_reinforce/text.ipynb",
        defines=("entropy_bonus",),
        reference="curriculum.text_rl",
        points=2,
        difficulty=2,
        minutes=20,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="text.rewards",
        title="Rewards that a program verifies",
        notebook="03_reinforce/text.ipynb",
        defines=(
            "text_lengths",
            "exact_match",
            "sorted_reward",
            "sum_reward",
            "brackets_reward",
            "penalize_length",
        ),
        reference="curriculum.text_rewards",
        points=6,
        difficulty=3,
        minutes=50,
        libraries=("numpy", "torch"),
    ),
)
