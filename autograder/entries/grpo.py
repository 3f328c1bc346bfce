"""The entries of chapter 5's policy gradients from groups, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = (
    Exercise(
        id="grpo.rloo_advantages",
        title="Each text beside its siblings",
        notebook="05_rlhf/grpo.ipynb",
        defines=("rloo_advantages",),
        reference="curriculum.grpo",
        points=2,
        difficulty=2,
        minutes=15,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="grpo.grpo_advantages",
        title="Advantages in units of the group",
        notebook="05_rlhf/grpo.ipynb",
        defines=("grpo_advantages",),
        reference="curriculum.grpo",
        points=3,
        difficulty=2,
        minutes=25,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="grpo.grpo_loss",
        title="GRPO's loss, and how it is averaged",
        notebook="05_rlhf/grpo.ipynb",
        defines=("grpo_loss",),
        reference="curriculum.grpo",
        points=6,
        difficulty=4,
        minutes=50,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="grpo.train",
        title="GRPO, the whole algorithm",
        notebook="05_rlhf/grpo.ipynb",
        defines=("train",),
        reference="curriculum.rlvr",
        points=8,
        difficulty=4,
        minutes=60,
        libraries=("numpy", "torch"),
        given=("curriculum.grpo", "curriculum.sampling", "curriculum.text_rl"),
        seconds=90.0,
    ),
)
