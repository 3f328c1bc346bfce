"""The entries of chapter 6's collectives, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = (
    Exercise(
        id="collectives.reduce_scatter",
        title="Add up in parts around a ring",
        notebook="06_distributed/collectives.ipynb",
        defines=("reduce_scatter",),
        reference="curriculum.collectives",
        points=4,
        difficulty=3,
        minutes=35,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator",),
    ),
    Exercise(
        id="collectives.all_gather",
        title="Everybody gets all parts",
        notebook="06_distributed/collectives.ipynb",
        defines=("all_gather",),
        reference="curriculum.collectives",
        points=3,
        difficulty=2,
        minutes=15,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator",),
    ),
    Exercise(
        id="collectives.ring_all_reduce",
        title="The all-reduce that sends the least",
        notebook="06_distributed/collectives.ipynb",
        defines=("ring_all_reduce",),
        reference="curriculum.collectives",
        points=3,
        difficulty=2,
        minutes=20,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator",),
    ),
    Exercise(
        id="collectives.communication_cost",
        title="What an all-reduce costs",
        notebook="06_distributed/collectives.ipynb",
        defines=("communication_cost", "crossover"),
        reference="curriculum.communication_cost",
        points=4,
        difficulty=3,
        minutes=30,
        libraries=("numpy", "torch"),
    ),
)
