"""What goes wrong with the time of a step."""

from __future__ import annotations

from autograder.exercise import Judgement

ROOF = "return max(operations / (matrix_rate * share), traffic / memory_rate)"
OPERATIONS = "operations = (8 if recompute else 6) * parameters * tokens / gpus"
BUSY = "busy = roofline(operations, traffic, matrix_rate, share, memory_rate)"
BUBBLE = "busy *= (microbatches + pipeline - 1) / microbatches"
ALL = "return max(busy, overlapped) + exposed"


def add_misconceptions(step_time: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        step_time.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        step_time.another_form(identity, edits=edits)

    mistake(
        "multiplying_and_moving_in_turn",
        "The time of the operations and that of the bytes are added up. A GPU does both at once.",
        "What does a GPU's memory do while its cores multiply?",
        (ROOF, "return operations / (matrix_rate * share) + traffic / memory_rate"),
    )
    mistake(
        "the_faster_counts",
        "The faster of the two counts. A GPU is done when both are.",
        "Products are ready after 1 ms and their bytes are there after 3 ms: when does the next layer begin?",
        (ROOF, ROOF.replace("max", "min")),
    )
    mistake(
        "memory_ignored",
        "The bytes have no effect. A layer with few operations waits for its weights.",
        "How long does it take to read 14 GB at 3.35 TB/s, and what does that mean for a batch of one text?",
        (ROOF, "return operations / (matrix_rate * share)"),
    )
    mistake(
        "the_peak_is_reached",
        "The products run at the data sheet's peak. `share` says how much of it is reached.",
        "How long do products take that reach half the peak?",
        (ROOF, ROOF.replace("(matrix_rate * share)", "matrix_rate")),
    )
    mistake(
        "share_multiplies_time",
        "The share of the peak is used the wrong way round: a lower share makes the step faster.",
        "How long do products take that reach half the peak?",
        (ROOF, ROOF.replace("(matrix_rate * share)", "matrix_rate * share")),
    )
    mistake(
        "share_of_the_memory_too",
        "The share of the peak slows the memory down as well. It is that of the matrix products.",
        "To which of the two rates does `share` belong?",
        (ROOF, "return max(operations / (matrix_rate * share), traffic / (memory_rate * share))"),
    )
    mistake(
        "forward_only",
        "Only the forward pass is counted, 2 operations. The backward pass makes 4 more.",
        "Which two gradients does the backward pass compute at each matrix?",
        (OPERATIONS, OPERATIONS.replace("8", "4").replace("6", "2")),
    )
    also("forward_only", (OPERATIONS, OPERATIONS.replace("6", "2")))
    mistake(
        "backward_as_cheap_as_forward",
        "The backward pass is counted like the forward pass. It makes twice as many operations.",
        "Which two gradients does the backward pass compute at each matrix?",
        (OPERATIONS, OPERATIONS.replace("8", "6").replace("else 6", "else 4")),
    )
    mistake(
        "recomputation_is_free",
        "Recomputation costs no operations. It runs the forward pass once more: 8 operations for 6.",
        "Where do the activations come from that were not kept?",
        (OPERATIONS, OPERATIONS.replace("(8 if recompute else 6)", "6")),
    )
    mistake(
        "recomputation_doubles",
        "Recomputation doubles the operations. It repeats the forward pass, which is a third of them.",
        "Which of the three matrix products of training is made twice?",
        (OPERATIONS, OPERATIONS.replace("8", "12")),
    )
    mistake(
        "recomputation_repeats_the_backward_pass",
        "Recomputation is counted with 10 operations, as if the backward pass ran twice. The forward pass does.",
        "Which of the three matrix products of training is made twice?",
        (OPERATIONS, OPERATIONS.replace("8", "10")),
    )
    mistake(
        "one_gpu_does_everything",
        "One GPU does the work of all.",
        "How many of the tokens, and of the layers, does one GPU compute?",
        (OPERATIONS, OPERATIONS.replace(" / gpus", "")),
    )
    mistake(
        "bytes_are_shared",
        "The bytes are divided by the GPUs. They are those of one GPU already.",
        "Whose memory does `traffic` pass through?",
        (BUSY, BUSY.replace("traffic", "traffic / gpus")),
    )
    mistake(
        "no_bubble",
        "The pipeline's bubble is left out. While the first microbatch is on its way, the last stage waits.",
        "What does the last of four stages do while the first has its first microbatch?",
        (BUBBLE, "pass"),
    )
    mistake(
        "bubble_of_the_whole",
        "The bubble's share of the *whole* time, (p − 1) / (m + p − 1), is added to the work. Of the work it is "
        "(p − 1) / m.",
        "Three turns of waiting beside one of work: by which factor does a step become longer?",
        (BUBBLE, "busy *= 1 + (pipeline - 1) / (microbatches + pipeline - 1)"),
    )
    mistake(
        "a_turn_for_every_stage",
        "The bubble has p turns. The first microbatch is worked on in the first turn, so p − 1 are lost.",
        "How long does a pipeline of one stage wait?",
        (BUBBLE, BUBBLE.replace("pipeline - 1", "pipeline")),
    )
    mistake(
        "stages_and_microbatches_swapped",
        "Stages and microbatches have changed places: more microbatches make the bubble larger.",
        "What happens to the bubble if one stage gets a thousand microbatches?",
        (BUBBLE, "busy *= (microbatches + pipeline - 1) / pipeline"),
    )
    mistake(
        "bubble_for_every_microbatch",
        "The whole bubble is paid for each microbatch. It is paid once, when the pipeline fills and empties.",
        "Does a pipeline run empty between two microbatches?",
        (BUBBLE, "busy *= pipeline"),
    )
    mistake(
        "pipeline_divides_again",
        "The work is divided by the stages once more. They are among the GPUs already.",
        "How many GPUs has a pipeline of 4 stages on 8 GPUs?",
        (BUBBLE, f"{BUBBLE} / pipeline"),
    )
    mistake(
        "nothing_overlaps",
        "Overlapped communication is added. It goes on while the GPU computes.",
        "How long do two things take that go on at once?",
        (ALL, "return busy + overlapped + exposed"),
    )
    mistake(
        "everything_overlaps",
        "Exposed communication is hidden too. It is what computing has to wait for.",
        "What can a layer do before the result of the all-reduce inside it is there?",
        (ALL, "return max(busy, overlapped + exposed)"),
    )
    also("everything_overlaps", (ALL, "return max(busy, overlapped, exposed)"))
    mistake(
        "overlapped_is_free",
        "Overlapped communication never counts. It can hide behind the computing only for as long as that takes.",
        "When is a step over whose communication takes longer than its computing?",
        (ALL, "return busy + exposed"),
    )
    mistake(
        "exposed_is_free",
        "Exposed communication has no effect.",
        "What does a GPU do while it waits for it?",
        (ALL, "return max(busy, overlapped)"),
    )
    mistake(
        "hides_before_the_bubble",
        "The communication is compared with the work without the bubble, and the bubble makes both longer. "
        "Communication goes on in the bubble as well.",
        "What keeps the network from working while a stage waits?",
        (BUSY, BUSY.replace("roofline", "max(overlapped, roofline") + ")"),
        (ALL, "return busy + exposed"),
    )
