"""What goes wrong with the two operators of tensor parallelism."""

from __future__ import annotations

from autograder.exercise import Judgement

COPIED = "return x.view_as(x)"
SUMMED = "return ring_all_reduce(gradient, comm)"
COPY_APPLIED = "return Copied.apply(x)"
REDUCED = "return ring_all_reduce(x, comm)"
HANDED_ON = "return gradient\n"
REDUCE_APPLIED = "return Reduced.apply(x)"


def add_misconceptions(operators: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        operators.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        operators.another_form(identity, edits=edits)

    # --- copy_to_ranks

    mistake(
        "gradient_of_own_part_only",
        "`copy_to_ranks` hands its gradient on as it is. So each rank has the gradient by way of its own part, and "
        "what comes before the block learns something else on every rank.",
        "If x goes into N computations on its way to the loss, what is the gradient of x?",
        (SUMMED, "return gradient"),
    )
    also("gradient_of_own_part_only", (COPY_APPLIED, "return x"))
    mistake(
        "copy_adds_up_forward",
        "`copy_to_ranks` adds up in forward. There x is the same on all ranks, so the result is N times too large.",
        "What does every rank have before `copy_to_ranks`, and what should it have afterwards?",
        (COPIED, "return ring_all_reduce(x, comm)"),
    )
    mistake(
        "operators_swapped",
        "The two operators are swapped: what one should do in forward, it does in backward.",
        "Where do the parts begin, and where do they have to be put together?",
        (COPIED, "return ring_all_reduce(x * 1, comm)"),  # so that each edit below has one place
        (SUMMED, "return gradient * 1"),
        (REDUCED, "return x.clone()"),
        (HANDED_ON, "return ring_all_reduce(gradient, comm)\n"),
    )
    mistake(
        "gradients_averaged",
        "The gradients of x are averaged. That is data parallelism's habit, where each rank has a loss of its own. "
        "Here there is one loss, and the ranks have terms of its gradient.",
        "y = a x + b x, where one rank computes a x and another b x. What is dy/dx?",
        (SUMMED, "return ring_all_reduce(gradient, comm) / comm.world_size"),
    )
    mistake(
        "broadcast_from_rank_0",
        "`copy_to_ranks` fetches x from rank 0. All ranks have it already, and whoever has something else loses it.",
        "What has to be sent so that every rank has what it has?",
        (COPIED, "from curriculum.collectives import broadcast\n\n            return broadcast(x, comm)"),
    )
    mistake(
        "hook_on_x_itself",
        "The sum over the ranks is a hook on x itself. So it is taken of *all* of the gradient of x, that of the "
        "residual stream included, which is whole already and becomes N times as large.",
        "By which ways does the gradient come back to x if the network computes x + block(x)?",
        (
            COPY_APPLIED,
            "if x.requires_grad:\n        x.register_hook(lambda gradient: ring_all_reduce(gradient, comm))\n"
            "    return x",
        ),
    )
    mistake(
        "gradient_changed_in_place",
        "The sum is written into the gradient that arrives. Autograd may have handed the same tensor to others, as it "
        "does at every addition, and they get the sum as well.",
        "z = x + y. How many tensors are the gradients of x and of y?",
        (SUMMED, "return gradient.copy_(ring_all_reduce(gradient, comm))"),
    )

    # --- reduce_from_ranks

    mistake(
        "gradient_added_up_twice",
        "`reduce_from_ranks` adds up in backward too. What arrives there is the gradient of one loss, the same on all "
        "ranks, so the result is N times too large; after L blocks, N to the power of L.",
        "How many losses are there behind the sum, and on how many ranks is their gradient computed?",
        (HANDED_ON, "return ring_all_reduce(gradient, comm)\n"),
    )
    mistake(
        "left_to_autograd",
        "The all-reduce is called in plain sight of autograd, which knows nothing of messages. It records only what "
        "this rank has added up itself, so most of the gradient is missing.",
        "Which additions of a ring all-reduce take place on this rank?",
        (REDUCE_APPLIED, REDUCED),
    )
    mistake(
        "reduce_averages",
        "`reduce_from_ranks` takes the mean. The parts are terms of a sum: a row of a matrix times a vector, cut in N.",
        "What is the dot product of two vectors, if each rank has the products of its half?",
        (REDUCED, "return ring_all_reduce(x, comm) / comm.world_size"),
    )
    mistake(
        "gradient_divided",
        "The gradient is divided by the number of ranks. A term of a sum gets the gradient of the sum, not a share.",
        "z = a + b. What is dz/da?",
        (HANDED_ON, "return gradient / comm.world_size\n"),
    )
    mistake(
        "gradient_lost",
        "Behind the sum there is no gradient: what is received from others is a constant for autograd, and so is the "
        "own part here.",
        "z = a + b, and b comes from somewhere else. What is dz/da?",
        (REDUCE_APPLIED, "return ring_all_reduce(x.detach(), comm)"),
    )
    also("gradient_lost", (HANDED_ON, "return torch.zeros_like(gradient)\n"))
    mistake(
        "only_rank_0_has_the_sum",
        "Only rank 0 has the sum; the others go on with their own part.",
        "On which ranks does the next layer need the whole?",
        (REDUCED, "total = ring_all_reduce(x, comm)\n            return total if comm.rank == 0 else x.clone()"),
    )
    mistake(
        "sum_written_into_x",
        "The sum is written into x. Whoever computed x, and needs it for its gradient, finds another tensor there.",
        "Who may still want to read x?",
        (REDUCED, "return x.copy_(ring_all_reduce(x, comm)).view_as(x)"),
    )
