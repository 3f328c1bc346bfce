"""What goes wrong with the bytes of weights, gradients and states."""

from __future__ import annotations

from autograder.exercise import Judgement

LEARNS = "return 2 * weights, 2 * gradients, 12 * states"
FROZEN = "return 2 * weights, 0, 0"
PART = "-(-parameters // (tensor * pipeline * ranks))"
KNOWN = """    if strategy not in cuts:
        raise ValueError(f"strategy must be one of {', '.join(cuts)}, not {strategy!r}")
"""


def add_misconceptions(model_memory: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        model_memory.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        model_memory.another_form(identity, edits=edits)

    mistake(
        "no_copy_in_float32",
        "The states are Adam's two moments alone, 8 bytes. In mixed precision there is also a copy of the weights in "
        "float32, to which small steps are added.",
        "A weight of 1 in bfloat16, a step of 0.001: what is the sum, rounded to bfloat16?",
        (LEARNS, LEARNS.replace("12", "8")),
    )
    mistake(
        "one_array_of_states",
        "One array in float32 is counted among the states. There are three.",
        "What does Adam remember of each parameter, and what is the step added to?",
        (LEARNS, LEARNS.replace("12", "4")),
    )
    mistake(
        "states_in_bfloat16",
        "The three arrays of states are counted with 2 bytes a number. They are in float32.",
        "Which arrays sum up many small numbers, and what happens to such sums in bfloat16?",
        (LEARNS, LEARNS.replace("12", "6")),
    )
    mistake(
        "gradients_in_float32",
        "The gradients are counted with 4 bytes. Here they have the dtype of the weights, bfloat16.",
        "Which dtype has `weight.grad` of a weight in bfloat16?",
        (LEARNS, LEARNS.replace("2 * gradients", "4 * gradients")),
    )
    mistake(
        "weights_in_float32",
        "The weights are counted with 4 bytes. The copy in float32 is among the states; what the matrix products use "
        "has 2.",
        "In which dtype are the matrix products computed?",
        (LEARNS, LEARNS.replace("2 * weights", "4 * weights")),
        (FROZEN, FROZEN.replace("2 * weights", "4 * weights")),
    )
    also("weights_in_float32", (LEARNS, LEARNS.replace("2 * weights", "4 * weights")))
    mistake(
        "copy_counted_with_the_weights",
        "The copy in float32 is counted among the weights, so that ZeRO-1 and ZeRO-2 would not cut it. It belongs to "
        "the optimizer, which is cut from stage 1 on.",
        "Who reads the copy in float32: the matrix products, or the optimizer?",
        (LEARNS, "return 6 * weights, 2 * gradients, 8 * states"),
    )
    mistake(
        "nothing_but_weights",
        "Only the weights are counted. Training also holds gradients and the optimizer's states: eight times as much.",
        "What does the optimizer need besides the weights?",
        (LEARNS, FROZEN),
    )
    mistake(
        "frozen_models_have_an_optimizer",
        "A model that does not learn is counted like one that does. The reference of RLHF has no gradients and no "
        "optimizer.",
        "Which step would change a frozen model's weights?",
        (f"    if not learns:\n        {FROZEN}\n", ""),
    )
    mistake(
        "frozen_models_have_gradients",
        "A frozen model is given gradients.",
        "For which models does anybody call `backward`?",
        (FROZEN, "return 2 * weights, 2 * gradients, 0"),
    )
    mistake(
        "frozen_models_are_free",
        "A frozen model is counted as nothing. Its weights are read in every step.",
        "With what are the reference's log-probs computed?",
        (FROZEN, "return 0, 0, 0"),
    )
    mistake(
        "learning_is_reversed",
        "Models that learn are treated as frozen, and frozen ones as learning.",
        "What does `learns=True` say?",
        ("if not learns:", "if learns:"),
    )
    mistake(
        "stage_1_cuts_gradients",
        "ZeRO-1 cuts the gradients. Stage 1 cuts the optimizer's states alone; each GPU still has all gradients.",
        "What is new in stage 2?",
        ('"ZeRO-1": (1, 1, data)', '"ZeRO-1": (1, data, data)'),
    )
    mistake(
        "stage_1_cuts_weights",
        "ZeRO-1 and ZeRO-2 cut the weights first. What is cut first is the largest and the least often used: the "
        "states.",
        "How often in a step is each of weights, gradients and states used?",
        ('"ZeRO-1": (1, 1, data)', '"ZeRO-1": (data, 1, 1)'),
        ('"ZeRO-2": (1, data, data)', '"ZeRO-2": (data, data, 1)'),
    )
    mistake(
        "stage_2_keeps_gradients_whole",
        "ZeRO-2 leaves the gradients whole, as stage 1 does.",
        "What is the difference between stage 1 and stage 2?",
        ('"ZeRO-2": (1, data, data)', '"ZeRO-2": (1, 1, data)'),
    )
    mistake(
        "stage_2_cuts_weights",
        "ZeRO-2 cuts the weights. That is stage 3.",
        "Which stage has to gather weights before it can multiply?",
        ('"ZeRO-2": (1, data, data)', '"ZeRO-2": (data, data, data)'),
    )
    mistake(
        "stage_3_keeps_weights_whole",
        "ZeRO-3 leaves the weights whole. In stage 3 a GPU owns its share of them and gathers a layer when it is used.",
        "What does FSDP gather before each layer?",
        ('"ZeRO-3": (data, data, data)', '"ZeRO-3": (1, data, data)'),
    )
    mistake(
        "ddp_cuts_everything",
        "DDP is counted as if it cut something. With DDP each GPU has a whole copy of everything.",
        "What do more GPUs change in the memory of one, with DDP?",
        ('"DDP": (1, 1, 1)', '"DDP": (data, data, data)'),
    )
    mistake(
        "states_of_ddp_are_cut",
        "DDP cuts the optimizer's states. That is what ZeRO-1 adds to it.",
        "What do more GPUs change in the memory of one, with DDP?",
        ('"DDP": (1, 1, 1)', '"DDP": (1, 1, data)'),
    )
    mistake(
        "rounded_down",
        "A part is rounded down. What is left over lies somewhere: the GPU that holds most is asked for.",
        "Ten numbers on three GPUs: how many does the fullest hold?",
        (PART, "parameters // (tensor * pipeline * ranks)"),
    )
    mistake(
        "one_too_many",
        "A part is rounded up even where nothing is left over.",
        "Twelve numbers on three GPUs: how many does each hold?",
        (PART, "parameters // (tensor * pipeline * ranks) + (ranks * tensor * pipeline > 1)"),
    )
    mistake(
        "fractions",
        "Parts are fractions of a number, or pass through floats. Bytes are counted in whole numbers.",
        "How many integers above 2⁵³ does a float skip?",
        (PART, "parameters / (tensor * pipeline * ranks)"),
    )
    also("fractions", (PART, "int(np.ceil(parameters / (tensor * pipeline * ranks)))"), ("    cuts =", CUTS))
    mistake(
        "tensor_parallelism_ignored",
        "Tensor parallelism has no effect. Each of `tensor` GPUs holds its part of every matrix.",
        "Of a matrix that is cut into 8 columns, how much lies on one GPU?",
        (PART, PART.replace("tensor * ", "")),
    )
    mistake(
        "pipeline_ignored",
        "Pipeline parallelism has no effect. Each of `pipeline` GPUs holds its share of the layers.",
        "Of 80 layers in 4 stages, how many lie on one GPU?",
        (PART, PART.replace("pipeline * ", "")),
    )
    mistake(
        "ways_to_cut_are_added",
        "The numbers of GPUs are added where they should be multiplied: 8 × 4 GPUs are 32.",
        "How many GPUs does it take to cut each of 4 stages into 8 parts?",
        (PART, PART.replace("tensor * pipeline", "(tensor + pipeline - 1)")),
    )
    mistake(
        "strategy_replaces_parallelism",
        "Of the two ways to cut, only one is applied. The strategy cuts what tensor and pipeline parallelism leave.",
        "Whose optimizer states does a GPU share with the others of its data-parallel group?",
        (PART, PART.replace("tensor * pipeline * ranks", "(tensor * pipeline if ranks == 1 else ranks)")),
    )
    mistake(
        "all_gpus_together",
        "That is the memory of all `data` GPUs together. Asked is one.",
        "Whose 80 GB must it fit into?",
        (LEARNS, "return 2 * weights * data, 2 * gradients * data, 12 * states * data"),
    )
    mistake(
        "gigabytes",
        "The result is in GB. Bytes are asked for.",
        "How many bytes has one parameter in bfloat16?",
        (LEARNS, "return 2 * weights // 10**9, 2 * gradients // 10**9, 12 * states // 10**9"),
    )
    mistake(
        "bits",
        "The result is in bits.",
        "How many bits has a byte?",
        (LEARNS, "return 16 * weights, 16 * gradients, 96 * states"),
        (FROZEN, "return 16 * weights, 0, 0"),
    )
    mistake(
        "any_strategy_is_accepted",
        "A strategy that does not exist is taken for another. A misspelt name would give a wrong plan, silently.",
        "What should happen to `model_memory(n, 'zero3')`?",
        (KNOWN, ""),
        ("in cuts[strategy]", "in cuts.get(strategy, (data, data, data))"),
    )


CUTS = "    import numpy as np\n\n    cuts ="
