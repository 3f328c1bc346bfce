"""What goes wrong when a gradient in parts is clipped."""

from __future__ import annotations

from autograder.exercise import Judgement

GRADIENTS = "gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]"
SQUARED = "square += gradient.double().square().sum()"
NORM = "norm = ring_all_reduce(square, comm).sqrt().item()"
SCALED = "gradient *= max_norm / max(norm, max_norm)"


def add_misconceptions(clip_grad_norm: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        clip_grad_norm.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        clip_grad_norm.another_form(identity, edits=edits)

    mistake(
        "norm_of_the_own_shards",
        "Each rank clips by the norm of its own shards. The ranks scale by different numbers, so the direction of the "
        "gradient changes, and the whole may be larger than allowed.",
        "Two ranks have shards of norm 3 and 4. What is the norm of the whole?",
        (NORM, "norm = square.sqrt().item()"),
    )
    mistake(
        "norms_added_up",
        "The norms of the ranks are added up. Squares of norms add up.",
        "Two ranks have shards of norm 3 and 4. What is the norm of the whole?",
        (NORM, "norm = ring_all_reduce(square.sqrt(), comm).item()"),
    )
    mistake(
        "largest_of_the_norms",
        "The norm is taken for the largest of the ranks' norms. That is not more than the norm, and may be half of it.",
        "Four ranks have shards of norm 1. What is the norm of the whole?",
        (NORM, "norm = all_gather(square.sqrt(), comm).max().item()"),
    )
    mistake(
        "squares_averaged",
        "The sum of squares is divided by the number of ranks. Shards are parts of one gradient, so nothing is to be "
        "averaged.",
        "Two ranks have shards of norm 3 and 4. What is the norm of the whole?",
        (NORM, "norm = (ring_all_reduce(square, comm) / comm.world_size).sqrt().item()"),
    )
    mistake(
        "norms_averaged",
        "The norms of the ranks are averaged.",
        "Two ranks have shards of norm 3 and 4. What is the norm of the whole?",
        (NORM, "norm = (ring_all_reduce(square.sqrt(), comm) / comm.world_size).item()"),
    )
    mistake(
        "no_root",
        "The sum of squares is taken for the norm.",
        "What is the norm of (3, 4)?",
        (NORM, "norm = ring_all_reduce(square, comm).item()"),
    )
    mistake(
        "sum_of_sizes",
        "The sizes of the elements are added up, not their squares.",
        "What is the norm of (3, 4)?",
        (SQUARED, "square += gradient.double().abs().sum()"),
    )
    mistake(
        "squared_in_float32",
        "The squares are added up in the precision of the gradients. In float32 the square of 2e19 is infinite, "
        "and then so is the norm.",
        "What is `torch.tensor(1e20).square()`?",
        (SQUARED, "square += gradient.square().sum()"),
    )
    mistake(
        "always_scaled",
        "Gradients are scaled in any case: small ones are made larger.",
        "What should become of a gradient of norm 0.1, if up to 1 is allowed?",
        (SCALED, "gradient *= max_norm / norm"),
    )
    also("always_scaled", (SCALED, "gradient *= max_norm / (norm + 1e-6)"))
    mistake(
        "each_by_itself",
        "Each gradient is clipped by its own norm: their sizes beside each other change, and so the direction.",
        "Does clipping change the direction of the whole gradient?",
        (SCALED, "gradient *= max_norm / max(gradient.norm().item(), max_norm)"),
    )
    mistake(
        "not_in_place",
        "The gradients are scaled in copies: those of the parameters stay as they are.",
        "Which tensors does the optimizer read?",
        (SCALED, "gradient = gradient * max_norm / max(norm, max_norm)"),
    )
    mistake(
        "clamped",
        "Every element is limited by max_norm. That is another kind of clipping, by value.",
        "What is the norm of a million elements of 1?",
        (SCALED, "gradient.clamp_(-max_norm, max_norm)"),
    )
    mistake(
        "parameters_clipped",
        "The parameters are scaled; meant are their gradients.",
        "Which of the two does the optimizer multiply by the learning rate?",
        (
            "    for gradient in gradients:\n        gradient *=",
            "    for gradient in [p.data for p in parameters]:\n        gradient *=",
        ),
    )
    mistake(
        "norm_after_the_clipping",
        "What is returned is the norm after the clipping: at most max_norm, so nobody will see that the gradients "
        "explode.",
        "Which of the two norms would you want to see in a log?",
        ("return norm", "return min(norm, max_norm)"),
    )
    mistake(
        "absent_without_gradients",
        "A rank that has no gradients returns at once. The others wait for it forever.",
        "How many ranks have to call an all-reduce?",
        (GRADIENTS, f"{GRADIENTS}\n    if not gradients:\n        return 0.0"),
    )
    mistake(
        "nothing_is_0",
        "A norm of 0 is divided by.",
        "Which number do you divide by if all gradients are 0?",
        (SCALED, "gradient *= min(1.0, max_norm / norm)"),
    )
    mistake(
        "gradients_gathered",
        "All gradients are sent to all ranks for the sake of one number.",
        "How many bytes does that take for 7 billion parameters, and how many would do?",
        (
            NORM,
            "everything = torch.cat([square[:0], *(gradient.double().flatten() for gradient in gradients)])\n"
            "    norm = all_gather(F.pad(everything, (0, 64 - len(everything))), comm).norm().item()",
        ),
    )
    mistake(
        "limit_for_each_rank",
        "The limit is divided among the ranks.",
        "max_norm is 1. What may the norm of the whole gradient be on 4 ranks?",
        (SCALED, "gradient *= max_norm / comm.world_size / max(norm, max_norm / comm.world_size)"),
    )
