"""The entries of chapter 6's tensor parallelism, in the order of the notebook."""

from ..exercise import Exercise

COLLECTIVES = ("curriculum.collectives", "curriculum.communicator")
GIVEN = (*COLLECTIVES, "curriculum.tensor_parallel")

ENTRIES: tuple[Exercise, ...] = (
    Exercise(
        id="tensor_parallel.operators",
        title="Two operators that are each other's backward",
        notebook="06_distributed/tensor_parallel.ipynb",
        defines=("copy_to_ranks", "reduce_from_ranks"),
        reference="curriculum.tensor_parallel",
        points=4,
        difficulty=2,
        minutes=25,
        libraries=("numpy", "torch"),
        given=COLLECTIVES,
    ),
    Exercise(
        id="tensor_parallel.mlp",
        title="Two matrices, one all-reduce",
        notebook="06_distributed/tensor_parallel.ipynb",
        defines=("ColumnParallelLinear", "RowParallelLinear", "ParallelMLP"),
        reference="curriculum.tensor_parallel_layers",
        points=7,
        difficulty=3,
        minutes=50,
        libraries=("numpy", "torch"),
        given=GIVEN,
    ),
    Exercise(
        id="tensor_parallel.attention",
        title="Heads that never meet",
        notebook="06_distributed/tensor_parallel.ipynb",
        defines=("ParallelAttention",),
        reference="curriculum.tensor_parallel_layers",
        points=5,
        difficulty=4,
        minutes=45,
        libraries=("numpy", "torch"),
        given=GIVEN,
    ),
    Exercise(
        id="tensor_parallel.cross_entropy",
        title="A softmax that no rank sees whole",
        notebook="06_distributed/tensor_parallel.ipynb",
        defines=("parallel_cross_entropy",),
        reference="curriculum.tensor_parallel_layers",
        points=5,
        difficulty=4,
        minutes=45,
        libraries=("numpy", "torch"),
        given=GIVEN,
    ),
)
