"""What goes wrong in `collectives.ring_all_reduce`: its misconceptions, edits of the reference or programs."""

from __future__ import annotations

from autograder.exercise import Judgement

PADDING = "padding = -len(flat) % comm.world_size"
WHOLE = "whole = all_gather(reduce_scatter(torch.cat([flat, flat.new_zeros(padding)]), comm), comm)"
RESULT = "return whole[: x.numel()].view(x.shape)"


def add_misconceptions(ring_all_reduce: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
        ring_all_reduce.misconception(identity, edits=edits, source=source, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
        ring_all_reduce.another_form(identity, edits=edits, source=source)

    mistake(
        "mean_for_sum",
        "The sum is divided by the number of ranks. The mean is another operation, and on integers it loses their "
        "type.",
        "What should two ranks get that both hold 1?",
        (RESULT, f"{RESULT} / comm.world_size"),
    )
    also("mean_for_sum", (RESULT, f"{RESULT}.div(comm.world_size).to(x.dtype)"))
    mistake(
        "no_padding",
        "Nothing is done where N does not divide the number of elements: then the parts are of unequal sizes, or too "
        "few.",
        "What does `torch.zeros(7).chunk(4)` give, and `torch.zeros(1).chunk(4)`?",
        (WHOLE, "whole = all_gather(reduce_scatter(flat, comm), comm)"),
    )
    mistake(
        "padded_too_much",
        "N − n mod N zeros are put behind: where N divides n, these are N zeros too many, which are sent for nothing.",
        "How many zeros does a tensor of 12 elements need on three ranks?",
        (PADDING, "padding = comm.world_size - len(flat) % comm.world_size"),
    )
    mistake(
        "forgets_the_rest",
        "Only as many elements are summed as N divides. The last few stay what they were on each rank.",
        "There are 7 elements on 4 ranks. Who adds up the last three?",
        (PADDING, "rest = len(flat) % comm.world_size"),
        (WHOLE, "whole = all_gather(reduce_scatter(flat[: len(flat) - rest], comm), comm)"),
        (RESULT, "return torch.cat([whole, flat[len(flat) - rest :]]).view(x.shape)"),
    )
    mistake(
        "keeps_the_padding",
        "The zeros that were put behind are not cut off again.",
        "How many elements has the padded tensor, and how many has x?",
        (RESULT, "return whole if padding else whole.view(x.shape)"),
    )
    also("keeps_the_padding", (RESULT, "return whole.view(x.shape)"))
    mistake(
        "left_flat",
        "The result has one axis, whatever the shape of x was.",
        "What is the gradient of a weight matrix to be added to?",
        (RESULT, "return whole[: x.numel()]"),
    )
    mistake(
        "first_axis_only",
        "x is cut along its first axis as it is, without flattening: a tensor without axes, or with fewer rows than "
        "ranks, does not go.",
        "How many rows has the gradient of a bias of one element? And a loss?",
        source="""
def ring_all_reduce(x, comm):
    rows = x.shape[0]
    padded = torch.cat([x, x.new_zeros(-rows % comm.world_size, *x.shape[1:])])
    return all_gather(reduce_scatter(padded, comm), comm)[:rows]
""",
    )
    mistake(
        "only_reduces",
        "Each rank returns the one part that it added up. The parts are not gathered.",
        "What is missing on rank 0 after `reduce_scatter`?",
        (WHOLE, WHOLE.replace("all_gather(", "").removesuffix(", comm)")),
        (RESULT, "return whole"),
    )
    mistake(
        "gathers_everything",
        "All tensors are gathered whole, and each rank adds them all up: N − 1 whole tensors from each rank, where "
        "less than two are enough. And each rank needs room for N of them.",
        "How does what a rank sends grow with N? And in the ring?",
        source="""
def ring_all_reduce(x, comm):
    return all_gather(x.flatten(), comm).reshape(comm.world_size, *x.shape).sum(0)
""",
    )
    mistake(
        "sends_whole_arrays",
        "Whole tensors go around the ring: N − 1 of them from each rank, where less than two are enough.",
        "How does what a rank sends grow with N, if the whole tensor goes around? And if it goes in parts?",
        source="""
def ring_all_reduce(x, comm):
    total, passed = x.clone(), x
    for _ in range(comm.world_size - 1):
        came = torch.empty_like(x)
        comm.exchange(passed, (comm.rank + 1) % comm.world_size, came, (comm.rank - 1) % comm.world_size)
        total, passed = total + came, came
    return total
""",
    )
    mistake(
        "through_one_rank",
        "Everything goes to rank 0, which adds it up and sends the sum to everybody. Its link carries N − 1 tensors "
        "each way, while the others wait.",
        "How long does that take with 1,000 ranks, if one tensor takes a second?",
        source="""
def ring_all_reduce(x, comm):
    total, came = x.clone(), torch.empty_like(x)
    if comm.rank > 0:
        comm.send(x, 0)
        comm.recv(total, 0)
        return total
    for source in range(1, comm.world_size):
        comm.recv(came, source)
        total = total + came
    for to in range(1, comm.world_size):
        comm.send(total, to)
    return total
""",
    )
    mistake(
        "through_a_tree",
        "Whole tensors go up a tree and down again. That is quick for a number, but for a gradient a rank in the "
        "middle sends the whole tensor several times.",
        "How many whole tensors does rank 0 send down a tree of eight ranks?",
        source="""
def ring_all_reduce(x, comm):
    total, came, reach = x.clone(), torch.empty_like(x), 1
    while reach < comm.world_size and comm.rank % reach == 0:
        if comm.rank % (2 * reach):
            comm.send(total, comm.rank - reach)
        elif comm.rank + reach < comm.world_size:
            comm.recv(came, comm.rank + reach)
            total = total + came
        reach *= 2
    while reach > 1:
        reach //= 2
        if comm.rank % (2 * reach) == 0 and comm.rank + reach < comm.world_size:
            comm.send(total, comm.rank + reach)
        elif comm.rank % (2 * reach) == reach:
            comm.recv(total, comm.rank - reach)
    return total
""",
    )
    mistake(
        "changes_its_input",
        "The sum is written into the caller's tensor.",
        "What will the caller find in x, who still needs the own gradient?",
        (RESULT, "return x.copy_(whole[: x.numel()].view(x.shape))"),
    )
    mistake(
        "returns_its_input",
        "With one rank the caller's own tensor comes back: whoever writes into the result writes into the input.",
        "Is `return x` a copy?",
        (RESULT, f"{RESULT} if comm.world_size > 1 else x"),
    )
    mistake(
        "converts_to_floats",
        "The numbers are added as float32, whatever dtype they had.",
        "How many bits of a number does float32 keep, and how many has an int64?",
        (
            WHOLE,
            WHOLE.replace(
                "torch.cat([flat, flat.new_zeros(padding)])", "torch.cat([flat, flat.new_zeros(padding)]).float()"
            ),
        ),
        (RESULT, f"{RESULT}.to(x.dtype)"),
    )
