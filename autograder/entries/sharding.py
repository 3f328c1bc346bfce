"""The entries of chapter 6's sharding, in the order of the notebook."""

from ..exercise import Exercise

GIVEN = ("curriculum.collectives", "curriculum.communicator")

ENTRIES: tuple[Exercise, ...] = (
    Exercise(
        id="sharding.zero_optimizer",
        title="An optimizer whose state is in parts",
        notebook="06_distributed/sharding.ipynb",
        defines=("ZeroOptimizer",),
        reference="curriculum.sharding",
        points=6,
        difficulty=3,
        minutes=45,
        libraries=("numpy", "torch"),
        given=GIVEN,
    ),
    Exercise(
        id="sharding.fully_sharded_linear",
        title="A layer that is whole only while it is used",
        notebook="06_distributed/sharding.ipynb",
        defines=("FullyShardedLinear",),
        reference="curriculum.sharding",
        points=8,
        difficulty=4,
        minutes=60,
        libraries=("numpy", "torch"),
        given=GIVEN,
    ),
    Exercise(
        id="sharding.clip_grad_norm",
        title="The norm of what no rank has",
        notebook="06_distributed/sharding.ipynb",
        defines=("clip_grad_norm",),
        reference="curriculum.sharding",
        points=3,
        difficulty=2,
        minutes=20,
        libraries=("numpy", "torch"),
        given=GIVEN,
    ),
    Exercise(
        id="sharding.reshard",
        title="Saved by N ranks, loaded by M",
        notebook="06_distributed/sharding.ipynb",
        defines=("save_shard", "load_shard"),
        reference="curriculum.sharding",
        points=4,
        difficulty=3,
        minutes=30,
        libraries=("numpy", "torch"),
        given=GIVEN,
    ),
    Exercise(
        id="sharding.checkpointed",
        title="Activations computed twice",
        notebook="06_distributed/sharding.ipynb",
        defines=("checkpointed",),
        reference="curriculum.sharding",
        points=5,
        difficulty=3,
        minutes=35,
        libraries=("numpy", "torch"),
        given=GIVEN,
        forbids=("torch.utils.checkpoint.checkpoint", "torch.utils.checkpoint.checkpoint_sequential"),
    ),
)
