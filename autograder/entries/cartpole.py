"""The entries of chapter 4's PPO on CartPole, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = (
    Exercise(
        id="cartpole.rollout",
        title="From an environment to minibatches",
        notebook="04_ppo/cartpole.ipynb",
        defines=("collect", "minibatches"),
        reference="curriculum.collecting",
        points=4,
        difficulty=2,
        minutes=35,
    ),
    Exercise(
        id="cartpole.train",
        title="PPO, the whole algorithm",
        notebook="04_ppo/cartpole.ipynb",
        defines=("Actor", "minibatch_loss", "train"),
        reference="curriculum.cartpole",
        points=5,
        difficulty=4,
        minutes=60,
        libraries=("numpy", "torch"),
        given=("curriculum.advantages", "curriculum.collecting", "curriculum.ppo"),
        seconds=60.0,
    ),
)
