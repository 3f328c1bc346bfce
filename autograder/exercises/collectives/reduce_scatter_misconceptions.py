"""What goes wrong in `collectives.reduce_scatter`: its misconceptions, most of them edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

PARTS = "    parts = list(x.clone().chunk(comm.world_size))\n"
NEIGHBOURS = "right, left = (comm.rank + 1) % comm.world_size, (comm.rank - 1) % comm.world_size"
STEPS = "range(comm.world_size - 1)"
WHICH = "sent, taken = (comm.rank - step - 1) % comm.world_size, (comm.rank - step - 2) % comm.world_size"
EXCHANGE = "        comm.exchange(parts[sent], right, came, left)\n"
ADD = "        parts[taken] = parts[taken] + came\n"
RESULT = "return parts[comm.rank]"


def add_misconceptions(reduce_scatter: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
        reduce_scatter.misconception(identity, edits=edits, source=source, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
        reduce_scatter.another_form(identity, edits=edits, source=source)

    mistake(
        "all_send_first",
        "Every rank sends first and receives afterwards, or the other way round. A send returns when the other side "
        "takes it, and the other side is sending too: all wait for each other.",
        "Rank 0 is in `send`. What must rank 1 do so that it returns? And what does rank 1 do?",
        (EXCHANGE, "        comm.send(parts[sent], right)\n        comm.recv(came, left)\n"),
    )
    also("all_send_first", (EXCHANGE, "        comm.recv(came, left)\n        comm.send(parts[sent], right)\n"))
    mistake(
        "part_of_the_neighbour",
        "Each rank ends with the complete sum of its right neighbour's part: the usual ring starts one part too early.",
        "Which part does rank r send first, and where is that part after N − 1 steps?",
        (
            WHICH,
            "sent, taken = (comm.rank - step) % comm.world_size, (comm.rank - step - 1) % comm.world_size",
        ),
        (RESULT, "return parts[(comm.rank + 1) % comm.world_size]"),
    )
    mistake(
        "off_by_one",
        "The parts go around as they should, but the one that is returned is not the one that has been around: it "
        "lacks the terms of other ranks.",
        "To which part was something added in the last step?",
        (
            WHICH,
            "sent, taken = (comm.rank - step) % comm.world_size, (comm.rank - step - 1) % comm.world_size",
        ),
    )
    also("off_by_one", (RESULT, "return parts[(comm.rank + 1) % comm.world_size]"))
    also("off_by_one", (RESULT, "return parts[comm.rank - 1]"))
    mistake(
        "one_step_too_few",
        "The parts make one step too few: one term is missing in each sum.",
        "How many other terms must come to each part, with N ranks?",
        (STEPS, "range(comm.world_size - 2)"),
    )
    mistake(
        "one_step_too_many",
        "The parts make N steps. After N − 1 they have been everywhere; the last step brings one back to where it "
        "began.",
        "How many steps are there from a chair at the table to the chair on its left, always going right?",
        (STEPS, "range(comm.world_size)"),
    )
    mistake(
        "does_not_add",
        "What came replaces the own part, where it should be added to it.",
        "Rank 1 throws its own card away and passes on that of rank 0. What will the sum lack?",
        (ADD, "        parts[taken] = came\n"),
    )
    mistake(
        "sends_what_it_had_at_first",
        "Each rank always sends its own part as it was at first, not with what was added to it. Every sum has two "
        "terms.",
        "What does rank 2 learn of rank 0, if rank 1 passes on only its own?",
        (PARTS, PARTS + "    own = list(parts)\n"),
        (EXCHANGE, EXCHANGE.replace("parts[sent]", "own[sent]")),
    )
    mistake(
        "mean_for_sum",
        "The sum is divided by the number of ranks. The mean is another operation, and on integers it loses their "
        "type.",
        "What should two ranks get that both hold 1?",
        (RESULT, "return parts[comm.rank] / comm.world_size"),
    )
    also(
        "mean_for_sum",
        (RESULT, "return (parts[comm.rank] / comm.world_size).to(x.dtype)"),
    )
    mistake(
        "wrong_neighbours",
        "The neighbours are the wrong way round, but the parts are counted for the other direction: they meet parts "
        "with another number, and are added to them.",
        "If part 0 travels to the left, by what does the number of the part on rank 1 change in each step?",
        (NEIGHBOURS, NEIGHBOURS.replace("right, left", "left, right")),
    )
    mistake(
        "ring_not_closed",
        "The last rank sends to rank N, which does not exist. A ring is closed by `% comm.world_size`.",
        "Who sits to the right of the last rank?",
        (NEIGHBOURS, "right, left = comm.rank + 1, comm.rank - 1"),
    )
    mistake(
        "every_nth_row",
        "The parts are every N-th row. Asked for are N blocks of rows that lie together.",
        "Which rows of x make part 0 of two parts of six rows?",
        (PARTS, "    parts = [x[part :: comm.world_size] for part in range(comm.world_size)]\n"),
    )
    mistake(
        "last_axis",
        "x is cut along its last axis. Asked for is the first.",
        "What is the shape of a part of x, if that is (6, 2, 3) and there are three ranks?",
        (PARTS, PARTS.replace("comm.world_size", "comm.world_size, -1")),
    )
    mistake(
        "returns_all_parts",
        "All parts are returned. Only one of them is complete, and it is the only one asked for.",
        "What is the shape of the result, if x is (6, …) and there are three ranks?",
        (RESULT, "return torch.cat(parts)"),
    )
    mistake(
        "changes_its_input",
        "The sums are written into the caller's tensor: `chunk` gives views, and `+=` writes through them.",
        "Does `a += b` make a new tensor? Whose memory is a part's?",
        (PARTS, PARTS.replace(".clone()", "")),
        (ADD, "        parts[taken] += came\n"),
    )
    also(
        "changes_its_input",
        (PARTS, PARTS.replace(".clone()", "")),
        (ADD, ADD + "    x[comm.rank * len(parts[0]) : (comm.rank + 1) * len(parts[0])] = parts[comm.rank]\n"),
    )
    mistake(
        "returns_its_input",
        "With one rank the caller's own tensor comes back, or a view of it: whoever writes into the result writes into "
        "the input.",
        "Where does the memory of the result come from, if no step is made?",
        (PARTS, PARTS.replace(".clone()", "")),
    )
    mistake(
        "through_one_rank",
        "Everything goes to rank 0, which adds it all up and hands the parts out. The link of one rank carries the "
        "work of all, while the others wait.",
        "What does rank 0 receive, with N ranks? And in the ring?",
        source="""
def reduce_scatter(x, comm):
    if comm.rank > 0:
        part = torch.empty_like(x.chunk(comm.world_size)[0])
        comm.send(x, 0)
        comm.recv(part, 0)
        return part
    total = x.clone()
    for source in range(1, comm.world_size):
        came = torch.empty_like(x)
        comm.recv(came, source)
        total = total + came
    parts = total.chunk(comm.world_size)
    for to in range(1, comm.world_size):
        comm.send(parts[to], to)
    return parts[0].clone()
""",
    )
    mistake(
        "sends_whole_arrays",
        "Whole tensors go around, and each rank keeps one part of the sum: N times the bytes that are needed.",
        "Of what a rank receives, which part does it return?",
        source="""
def reduce_scatter(x, comm):
    total, passed = x.clone(), x
    for _ in range(comm.world_size - 1):
        came = torch.empty_like(x)
        comm.exchange(passed, (comm.rank + 1) % comm.world_size, came, (comm.rank - 1) % comm.world_size)
        total, passed = total + came, came
    return total.chunk(comm.world_size)[comm.rank].clone()
""",
    )
    also(
        "sends_whole_arrays",
        source="""
def reduce_scatter(x, comm):
    total = x.clone()
    for step in range(1, comm.world_size):
        came = torch.empty_like(x)
        comm.exchange(x, (comm.rank + step) % comm.world_size, came, (comm.rank - step) % comm.world_size)
        total = total + came
    return total.chunk(comm.world_size)[comm.rank].clone()
""",
    )
    mistake(
        "one_direction_at_a_time",
        "Half of the ranks send while the others receive, then the other way round. It does not hang, but takes twice "
        "as many steps: `exchange` uses both directions of a link at once.",
        "In how many steps does a rank send one part and receive one?",
        (
            EXCHANGE,
            "        if comm.rank % 2 == 0:\n"
            "            comm.send(parts[sent], right)\n"
            "            comm.recv(came, left)\n"
            "        else:\n"
            "            comm.recv(came, left)\n"
            "            comm.send(parts[sent], right)\n",
        ),
    )
