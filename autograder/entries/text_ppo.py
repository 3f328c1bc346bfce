"""The entries of chapter 4's PPO for text, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = (
    Exercise(
        id="text_ppo.token_rewards",
        title="The reward of each token",
        notebook="04_ppo/text_ppo.ipynb",
        defines=("token_rewards",),
        reference="curriculum.text_advantages",
        points=3,
        difficulty=2,
        minutes=25,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="text_ppo.token_advantages",
        title="The advantage of each token",
        notebook="04_ppo/text_ppo.ipynb",
        defines=("token_advantages", "whiten"),
        reference="curriculum.text_advantages",
        points=5,
        difficulty=3,
        minutes=35,
        libraries=("numpy", "torch"),
    ),
    Exercise(
        id="text_ppo.experience",
        title="From finished texts to a batch",
        notebook="04_ppo/text_ppo.ipynb",
        defines=("frozen_copy", "experience"),
        reference="curriculum.text_ppo",
        points=5,
        difficulty=3,
        minutes=35,
        libraries=("numpy", "torch"),
        given=("curriculum.ppo", "curriculum.text_advantages", "curriculum.text_rl"),
    ),
    Exercise(
        id="text_ppo.update",
        title="One update of PPO, token by token",
        notebook="04_ppo/text_ppo.ipynb",
        defines=("update",),
        reference="curriculum.text_ppo",
        points=6,
        difficulty=4,
        minutes=45,
        libraries=("numpy", "torch"),
        given=("curriculum.ppo", "curriculum.text_advantages", "curriculum.text_rl"),
    ),
)
