"""What goes wrong with the bytes of activations."""

from __future__ import annotations

from autograder.exercise import Judgement

STREAM = "stream = batch * time * width"
OUTSIDE = "outside = 10 * stream // tensor if sequence_parallel else 10 * stream"
SCORES = "scores = 0 if flash else 5 * batch * heads * time**2"
LAYER = "layer = outside + (24 * stream + scores) // tensor"
KEPT = "return in_flight * layers * layer"
ENTRY = "entry = 2 * stream // tensor if sequence_parallel else 2 * stream"
RECOMPUTED = "return in_flight * layers * entry + layer - entry"


def add_misconceptions(activation_memory: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        activation_memory.misconception(identity, edits=edits, message=message, question=question)

    mistake(
        "shared_with_other_texts",
        "The activations are divided by the number of data-parallel GPUs. ZeRO cuts weights, gradients and states; "
        "activations belong to texts, and the others have their own.",
        "Whose texts do the activations on one GPU come from?",
        (STREAM, "stream = batch * time * width // data"),
    )
    mistake(
        "batch_of_all_gpus",
        "The activations of all data-parallel GPUs are added up. Asked is one GPU, with its own batch.",
        "Whose 80 GB must it fit into?",
        (STREAM, "stream = batch * time * width * data"),
    )
    mistake(
        "no_attention_weights",
        "Without flash attention the attention weights are kept too: one for each pair of positions, in each head.",
        "What does the backward pass of the softmax need?",
        (SCORES, "scores = 0"),
    )
    mistake(
        "attention_weights_with_flash",
        "Flash attention keeps no attention weights: it computes them anew in the backward pass.",
        "What is `flash=True` good for?",
        (SCORES, "scores = 5 * batch * heads * time**2"),
    )
    mistake(
        "flash_is_reversed",
        "The attention weights are counted with flash attention, and not without it.",
        "Which of the two keeps the weights?",
        (SCORES, "scores = 5 * batch * heads * time**2 if flash else 0"),
    )
    mistake(
        "weights_of_one_position",
        "The attention weights grow with the length, not with its square. Each position has a weight for every "
        "position.",
        "How many weights has a text of 1,000 tokens in one head?",
        (SCORES, SCORES.replace("time**2", "time")),
    )
    mistake(
        "weights_of_one_head",
        "The attention weights of one head are counted. Each head has its own.",
        "What is the shape of the attention weights?",
        (SCORES, SCORES.replace("heads * ", "")),
    )
    mistake(
        "weights_as_wide_as_the_stream",
        "The attention weights are counted once for each column of the stream. A head has one weight for a pair of "
        "positions.",
        "What is the shape of the attention weights?",
        (SCORES, SCORES.replace("heads", "width")),
    )
    mistake(
        "weights_without_dropout",
        "Of the attention weights only the softmax is counted, 2 bytes. Dropout keeps its mask and its result: 1 and 2 "
        "more.",
        "Which three arrays of the shape (heads, time, time) wait for the backward pass?",
        (SCORES, SCORES.replace("5 *", "2 *")),
    )
    mistake(
        "no_dropout_masks",
        "The masks of the two dropouts on the stream are not counted, 1 byte each.",
        "What must the backward pass of dropout know?",
        (OUTSIDE, OUTSIDE.replace("10", "8")),
    )
    mistake(
        "masks_of_two_bytes",
        "A dropout mask is counted with 2 bytes. It is an array of booleans, 1 byte each.",
        "How many bytes has a `torch.bool`?",
        (OUTSIDE, OUTSIDE.replace("10", "12")),
    )
    mistake(
        "float32",
        "Every number is counted with 4 bytes. Activations are in bfloat16.",
        "In which dtype are the matrix products computed?",
        (OUTSIDE, OUTSIDE.replace("10", "18")),
        (LAYER, LAYER.replace("24", "48")),
        (ENTRY, ENTRY.replace("2 *", "4 *")),
    )
    mistake(
        "no_mlp",
        "Only attention is counted, 13 of the 34 bytes. The MLP keeps two arrays that are four times as wide.",
        "Which arrays of the MLP does its backward pass need?",
        (LAYER, LAYER.replace("24", "8")),
    )
    mistake(
        "output_of_each_layer",
        "Only one array is counted for each layer: its output. That is all that recomputation keeps; without it, "
        "everything between stays too.",
        "What does the backward pass of a matrix product need?",
        (LAYER, "layer = 2 * stream // tensor"),
    )
    mistake(
        "everything_is_shared",
        "Tensor parallelism divides all 34 bytes. The norms, the dropouts and the inputs of both parts stand on every "
        "GPU in full, unless sequence parallelism cuts them.",
        "Which operations of a block does tensor parallelism leave as they were?",
        (OUTSIDE, "outside = 10 * stream // tensor"),
    )
    mistake(
        "sequence_parallelism_ignored",
        "Sequence parallelism has no effect. It cuts the 10 bytes that tensor parallelism leaves whole.",
        "Along which axis can norms and dropout be cut?",
        (OUTSIDE, "outside = 10 * stream"),
        (ENTRY, "entry = 2 * stream"),
    )
    mistake(
        "inputs_stay_whole",
        "With sequence parallelism a layer's kept input is counted whole. It stands outside the shared parts, so it is "
        "cut like them.",
        "How large a part of the stream reaches one GPU's next layer?",
        (ENTRY, "entry = 2 * stream"),
    )
    mistake(
        "inputs_always_cut",
        "With recomputation the kept inputs are divided by `tensor`. Without sequence parallelism each GPU has the "
        "whole stream.",
        "How large a part of the stream reaches one GPU's next layer?",
        (ENTRY, "entry = 2 * stream // tensor"),
    )
    mistake(
        "tensor_parallelism_ignored",
        "Tensor parallelism has no effect. Each GPU computes its own heads, and its own columns of the MLP.",
        "How many of 64 heads are computed on one of 8 GPUs?",
        (LAYER, "layer = outside + 24 * stream + scores"),
    )
    mistake(
        "weights_on_every_gpu",
        "The attention weights are not divided. Each GPU has its own heads.",
        "How many of 64 heads are computed on one of 8 GPUs?",
        (LAYER, "layer = outside + 24 * stream // tensor + scores"),
    )
    mistake(
        "recomputed_layer_forgotten",
        "Only the inputs of the layers are counted. While a layer is computed again, all of it is there.",
        "What lies in memory in the middle of the backward pass of one layer?",
        (RECOMPUTED, "return in_flight * layers * entry"),
    )
    mistake(
        "input_counted_twice",
        "The input of the recomputed layer is counted twice: among the kept inputs and among the layer's own arrays.",
        "Which array of the layer was there before it was computed again?",
        (RECOMPUTED, "return in_flight * layers * entry + layer"),
    )
    mistake(
        "inputs_forgotten",
        "Only the layer that is computed again is counted. The inputs of the others wait for their turn.",
        "From what is the first layer computed again?",
        (RECOMPUTED, "return layer"),
    )
    mistake(
        "every_microbatch_recomputed",
        "One recomputed layer is counted for each microbatch in flight. The backward pass is in one layer of one of "
        "them at a time.",
        "How many layers does a GPU compute at the same moment?",
        (RECOMPUTED, "return in_flight * (layers * entry + layer - entry)"),
    )
    mistake(
        "recomputation_ignored",
        "Recomputation has no effect.",
        "What does a layer keep that computes everything again?",
        ("if not recompute:", "if True:"),
    )
    mistake(
        "one_microbatch",
        "One microbatch is counted. A pipeline has several of them in flight.",
        "How many forward passes has the first of four stages done when the first backward pass reaches it?",
        (KEPT, "return layers * layer"),
        (RECOMPUTED, "return layers * entry + layer - entry"),
    )
    mistake(
        "one_layer",
        "One layer is counted.",
        "Which layers are still needed when the backward pass begins?",
        (KEPT, "return in_flight * layer"),
        (RECOMPUTED, "return in_flight * entry + layer - entry"),
    )
    mistake(
        "gradients_of_activations",
        "Twice as much is counted, as if each activation kept a gradient beside it. Gradients of activations "
        "live for a moment.",
        "When is the gradient of a layer's output no longer needed?",
        (KEPT, "return in_flight * layers * 2 * layer"),
        (RECOMPUTED, "return in_flight * layers * 2 * entry + 2 * layer - 2 * entry"),
    )
    mistake(
        "fractions",
        "The result is a float. Bytes are counted in whole numbers.",
        "Which operator divides whole numbers?",
        (KEPT, "return in_flight * layers * layer / 1"),
        (RECOMPUTED, "return in_flight * layers * entry + layer - entry / 1"),
    )
