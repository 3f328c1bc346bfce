"""What goes wrong with the share of the peak."""

from __future__ import annotations

from autograder.exercise import Judgement

OPERATIONS = "operations = (6 * parameters + 12 * layers * width * time) * tokens"
MODEL = "model = operations / (seconds * gpus * peak)"
BOTH = "return model, model * 4 / 3 if recompute else model"


def add_misconceptions(mfu: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        mfu.misconception(identity, edits=edits, message=message, question=question)

    mistake(
        "recomputation_counts_for_the_model",
        "MFU counts recomputation: a step that does the same work twice would look better. It counts what the model "
        "needs.",
        "Two runs train the same model equally fast, one of them with recomputation. Which one uses its GPUs better?",
        (BOTH, "return (model * 4 / 3, model * 4 / 3) if recompute else (model, model)"),
    )
    mistake(
        "recomputation_counts_for_nobody",
        "HFU leaves recomputation out. The hardware does make these operations.",
        "What is a GPU doing while it computes a layer for the second time?",
        (BOTH, "return model, model"),
    )
    mistake(
        "swapped",
        "MFU and HFU have changed places.",
        "Which of the two counts recomputation?",
        (BOTH, "return (model * 4 / 3, model) if recompute else (model, model)"),
    )
    mistake(
        "recomputation_takes_it_off",
        "With recomputation the model's operations become fewer: three quarters. The model needs as many as before, "
        "and the hardware makes more.",
        "Does the model need fewer operations if the hardware makes some of them twice?",
        (BOTH, "return (model * 3 / 4, model) if recompute else (model, model)"),
    )
    mistake(
        "recomputation_is_half",
        "Recomputing is counted as half the operations. The forward pass is one third: 2 of 6.",
        "How many of the 6 operations are the forward pass?",
        (BOTH, BOTH.replace("4 / 3", "3 / 2")),
    )
    mistake(
        "recomputation_doubles",
        "Recomputing is counted as all operations once more. Only the forward pass is repeated.",
        "How many of the 6 operations are the forward pass?",
        (BOTH, BOTH.replace("4 / 3", "2")),
    )
    mistake(
        "attention_is_not_recomputed",
        "Recomputing is counted for the parameters alone. A layer's attention is computed again with it.",
        "What lies between a layer's input and its output?",
        (BOTH, "return model, model + 2 * parameters * tokens / (seconds * gpus * peak) * recompute"),
    )
    mistake(
        "one_gpu",
        "The work of all GPUs is compared with the peak of one.",
        "How many operations could all of them have made?",
        (MODEL, MODEL.replace("gpus * ", "")),
    )
    mistake(
        "seconds_ignored",
        "The time has no effect. The peak is a rate: operations *a second*.",
        "How many operations can a GPU make in 10 seconds?",
        (MODEL, MODEL.replace("seconds * ", "")),
    )
    mistake(
        "upside_down",
        "That is how many times longer the step took than it might have. The share of the peak is the other way round.",
        "Can a share be above 1?",
        (MODEL, "model = (seconds * gpus * peak) / operations"),
    )
    mistake(
        "percent",
        "The result is in percent. A share lies between 0 and 1.",
        "What is 40% as a number?",
        (MODEL, MODEL.replace("operations", "100 * operations")),
    )
    mistake(
        "forward_only",
        "Only the forward pass is counted.",
        "How many operations does the backward pass make for a parameter and token?",
        (OPERATIONS, OPERATIONS.replace("12", "4").replace("6", "2")),
    )
    mistake(
        "multiplication_and_addition_are_one",
        "A multiplication and the addition after it are counted as one operation. Data sheets count two.",
        "How many operations is a fused multiply-add?",
        (OPERATIONS, OPERATIONS.replace("12", "6").replace("(6", "(3")),
    )
    mistake(
        "no_attention",
        "The products between positions are left out. For long texts they count.",
        "Which products of attention have no parameters?",
        (OPERATIONS, "operations = 6 * parameters * tokens"),
    )
    mistake(
        "causal_half",
        "Half of attention's products are left out. By the convention the causal half is not deducted, and queries "
        "meet keys as weights meet values: two products.",
        "What does appendix B of the PaLM paper count for a token?",
        (OPERATIONS, OPERATIONS.replace("12", "6")),
    )
    mistake(
        "attention_of_one_layer",
        "The attention of one layer is counted.",
        "How many layers compute attention?",
        (OPERATIONS, OPERATIONS.replace("layers * ", "")),
    )
    mistake(
        "attention_of_whole_texts",
        "Each token's attention is that of a whole text: `time` is squared, and then multiplied by the tokens.",
        "How many keys does one token meet?",
        (OPERATIONS, OPERATIONS.replace("* time)", "* time**2)")),
    )
