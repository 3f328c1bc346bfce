"""What goes wrong with the time of messages, of rings, and of what a strategy sends."""

from __future__ import annotations

from autograder.exercise import Judgement

SECONDS = "return steps * (microseconds / 1e6 + 8 * size / parts / (gigabits * 1e9))"
BUCKET = "2 * parameters / buckets"
COLLECTIVE = """    if collective not in known:
        raise ValueError(f"collective must be one of {', '.join(known)}, not {collective!r}")
"""
TOTAL = "seconds += buckets * count * once"
ZERO_1 = '"ZeRO-1": {"reduce_scatter": 1, "all_gather": 1}'
ZERO_2 = '"ZeRO-2": {"reduce_scatter": microbatches, "all_gather": 1}'
ZERO_3 = '"ZeRO-3": {"reduce_scatter": microbatches, "all_gather": 2 * microbatches}'


def add_misconceptions(communication_time: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        communication_time.misconception(identity, edits=edits, message=message, question=question)

    mistake(
        "bits_for_bytes",
        "The link's gigabits are taken for gigabytes: the network seems eight times as fast as it is.",
        "How many bytes a second are 400 Gb/s?",
        (SECONDS, SECONDS.replace("8 * ", "")),
    )
    mistake(
        "divided_by_eight",
        "The bytes are divided by 8 to make bits of them. A byte has 8 bits, so there are more of them.",
        "How many bits are 1,000 bytes?",
        (SECONDS, SECONDS.replace("8 * size", "size / 8")),
    )
    mistake(
        "binary_giga",
        "A gigabit is counted as 2³⁰ bits. In rates of networks it is 10⁹.",
        "How many bits a second does a link of 1 Gb/s carry?",
        (SECONDS, SECONDS.replace("1e9", "2**30")),
    )
    mistake(
        "milliseconds",
        "The latency is a thousand times too long: microseconds are taken for milliseconds.",
        "How many microseconds has a second?",
        (SECONDS, SECONDS.replace("1e6", "1e3")),
    )
    mistake(
        "no_latency",
        "The latency is left out. For many small messages it is all that counts.",
        "How long does a message of one byte take?",
        (SECONDS, "return steps * (8 * size / parts / (gigabits * 1e9))"),
    )
    mistake(
        "latency_once",
        "The latency is paid once. Each step of the ring waits for the one before, so each pays it.",
        "Can a GPU pass on a part before it has received it?",
        (SECONDS, "return (steps > 0) * microseconds / 1e6 + steps * (8 * size / parts / (gigabits * 1e9))"),
    )
    mistake(
        "everything_in_every_step",
        "Each step sends the whole tensor. In a ring it sends one of N parts.",
        "What does a GPU pass on to its neighbour in one step?",
        (SECONDS, SECONDS.replace(" / parts", "")),
    )
    mistake(
        "bytes_once",
        "The bytes are counted once, whatever the number of steps.",
        "How many parts does a GPU send in an all-gather of N parts?",
        (SECONDS, "return steps * microseconds / 1e6 + (steps > 0) * 8 * size / (gigabits * 1e9)"),
    )
    mistake(
        "a_step_too_many",
        "There are N steps. A GPU has its own part from the beginning, so N − 1 are enough.",
        "How many steps does a ring of two need?",
        ("around = ranks - 1", "around = ranks"),
    )
    mistake(
        "all_reduce_goes_around_once",
        "An all-reduce takes as long as an all-gather. It is a reduce-scatter and then an all-gather.",
        "After N − 1 steps one GPU knows the whole sum of one part. Who knows the others?",
        ('"all_reduce": (2 * around, ranks)', '"all_reduce": (around, ranks)'),
    )
    mistake(
        "reduce_scatter_goes_around_twice",
        "A reduce-scatter takes as long as an all-reduce. It is the first half of one.",
        "What does an all-reduce do after its reduce-scatter?",
        ('"reduce_scatter": (around, ranks)', '"reduce_scatter": (2 * around, ranks)'),
    )
    mistake(
        "a_message_in_parts",
        "One message is cut into as many parts as there are ranks. It goes from one GPU to one other, whole.",
        "How many GPUs does a message pass?",
        ('known["send"] = (1, 1)', 'known["send"] = (1, ranks)'),
    )
    mistake(
        "any_collective_is_accepted",
        "A collective that does not exist is taken for another.",
        "What should happen to `communication_time('allreduce', …)`?",
        (COLLECTIVE, ""),
        ("steps, parts = known[collective]", "steps, parts = known.get(collective, (around, ranks))"),
    )
    mistake(
        "float32",
        "Weights and gradients are sent with 4 bytes a number. They are in bfloat16.",
        "How many bytes has a number in bfloat16?",
        (BUCKET, BUCKET.replace("2", "4")),
    )
    mistake(
        "a_byte_a_number",
        "Parameters are taken for bytes.",
        "How many bytes has a number in bfloat16?",
        (BUCKET, BUCKET.replace("2 * ", "")),
    )
    mistake(
        "ddp_reduces_every_microbatch",
        "DDP reduces after every microbatch. With `no_sync` it adds gradients up on the spot and reduces once.",
        "Is the sum of the sums another, if they are added up before they are sent?",
        ('"DDP": {"all_reduce": 1}', '"DDP": {"all_reduce": microbatches}'),
    )
    mistake(
        "stage_1_reduces_everything",
        "ZeRO-1 is counted with an all-reduce and an all-gather. A GPU needs the sum of its own part alone: a "
        "reduce-scatter, which is half.",
        "Whose gradients does the optimizer of one GPU read in stage 1?",
        (ZERO_1, '"ZeRO-1": {"all_reduce": 1, "all_gather": 1}'),
    )
    mistake(
        "stage_1_gathers_nothing",
        "In ZeRO-1 nobody gathers the new weights. Each GPU has stepped its own part only.",
        "What do the other GPUs multiply with in the next step?",
        (ZERO_1, '"ZeRO-1": {"reduce_scatter": 1}'),
    )
    mistake(
        "stage_2_reduces_once",
        "ZeRO-2 reduces once a step. It holds no whole gradient, so each microbatch's has to be scattered at once.",
        "Where would ZeRO-2 add up the gradients of the parts that it does not own?",
        (ZERO_2, '"ZeRO-2": {"reduce_scatter": 1, "all_gather": 1}'),
    )
    mistake(
        "stage_2_gathers_every_microbatch",
        "ZeRO-2 gathers weights for every microbatch. It holds them whole; they change once a step.",
        "When do the weights change?",
        (ZERO_2, '"ZeRO-2": {"reduce_scatter": microbatches, "all_gather": microbatches}'),
    )
    mistake(
        "stage_3_gathers_once",
        "ZeRO-3 gathers the weights once. They are freed after the forward pass and gathered again backward.",
        "What does the backward pass of a matrix product multiply with?",
        (ZERO_3, ZERO_3.replace("2 * ", "")),
    )
    mistake(
        "stage_3_as_cheap_as_ddp",
        "ZeRO-3 is counted once a step. Each microbatch gathers all weights, forward and backward, and scatters its "
        "gradients.",
        "How long does a gathered layer stay in memory?",
        (ZERO_3, '"ZeRO-3": {"reduce_scatter": 1, "all_gather": 2}'),
    )
    mistake(
        "stage_3_reduces_everything",
        "ZeRO-3 is counted with an all-reduce of the gradients. A GPU needs the sum of its own part alone.",
        "Whose gradients does the optimizer of one GPU read in stage 3?",
        (ZERO_3, ZERO_3.replace("reduce_scatter", "all_reduce")),
    )
    mistake(
        "stage_3_gathers_only",
        "In ZeRO-3 nobody adds up the gradients.",
        "What would the copies do that each learned from its own texts?",
        (ZERO_3, '"ZeRO-3": {"all_gather": 2 * microbatches}'),
    )
    mistake(
        "buckets_ignored",
        "All is sent at once. Each bucket is a collective of its own and pays the latencies of the whole ring.",
        "How many messages does a GPU send for 80 buckets?",
        (BUCKET, "2 * parameters"),
        (TOTAL, "seconds += count * once"),
    )
    mistake(
        "one_bucket_of_many",
        "The time of one bucket is given.",
        "How many buckets does a step send?",
        (TOTAL, "seconds += count * once"),
    )
    mistake(
        "every_bucket_is_everything",
        "Each bucket carries all parameters.",
        "How large is one of 10 buckets?",
        (BUCKET, "2 * parameters"),
    )
