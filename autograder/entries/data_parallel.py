"""The entries of chapter 6's data parallelism, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = (
    Exercise(
        id="data_parallel.shard_indices",
        title="Who reads what",
        notebook="06_distributed/data_parallel.ipynb",
        defines=("shard_indices",),
        reference="curriculum.data_parallel",
        points=2,
        difficulty=2,
        minutes=20,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator", "curriculum.collectives"),
    ),
    Exercise(
        id="data_parallel.average_gradients",
        title="The gradient of all tokens, in buckets",
        notebook="06_distributed/data_parallel.ipynb",
        defines=("buckets", "average_gradients"),
        reference="curriculum.data_parallel",
        points=4,
        difficulty=3,
        minutes=35,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator", "curriculum.collectives"),
    ),
    Exercise(
        id="data_parallel.data_parallel",
        title="Many copies that learn as one model",
        notebook="06_distributed/data_parallel.ipynb",
        defines=("DataParallel",),
        reference="curriculum.data_parallel_step",
        points=5,
        difficulty=4,
        minutes=40,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator", "curriculum.collectives", "curriculum.data_parallel"),
    ),
)
