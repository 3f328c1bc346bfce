"""The entries of chapter 6's pipeline parallelism, in the order of the notebook."""

from ..exercise import Exercise

ENTRIES: tuple[Exercise, ...] = (
    Exercise(
        id="pipeline.gpipe_schedule",
        title="All forward passes, then all backward passes",
        notebook="06_distributed/pipeline.ipynb",
        defines=("gpipe_schedule",),
        reference="curriculum.pipeline",
        points=2,
        difficulty=1,
        minutes=15,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator",),
    ),
    Exercise(
        id="pipeline.bubble",
        title="How long a schedule takes, and what it holds",
        notebook="06_distributed/pipeline.ipynb",
        defines=("pass_times", "bubble", "activations_held"),
        reference="curriculum.pipeline",
        points=4,
        difficulty=3,
        minutes=40,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator",),
    ),
    Exercise(
        id="pipeline.one_f_one_b_schedule",
        title="One forward, one backward",
        notebook="06_distributed/pipeline.ipynb",
        defines=("one_f_one_b_schedule",),
        reference="curriculum.pipeline",
        points=3,
        difficulty=3,
        minutes=30,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator",),
    ),
    Exercise(
        id="pipeline.run_stage",
        title="A stage at work",
        notebook="06_distributed/pipeline.ipynb",
        defines=("run_stage",),
        reference="curriculum.pipeline",
        points=6,
        difficulty=4,
        minutes=60,
        libraries=("numpy", "torch"),
        given=("curriculum.communicator",),
    ),
)
