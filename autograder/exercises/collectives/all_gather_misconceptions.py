"""What goes wrong in `collectives.all_gather`: its misconceptions, most of them edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

PARTS = "    parts = [torch.empty_like(shard) for _ in range(comm.world_size)]\n"
OWN = "    parts[comm.rank] = shard\n"
NEIGHBOURS = "right, left = (comm.rank + 1) % comm.world_size, (comm.rank - 1) % comm.world_size"
STEPS = "in range(comm.world_size - 1)"
WHICH = "sent, taken = (comm.rank - step) % comm.world_size, (comm.rank - step - 1) % comm.world_size"
EXCHANGE = "        comm.exchange(parts[sent], right, parts[taken], left)\n"
RESULT = "return torch.cat(parts)"
ZEROS = (PARTS, PARTS.replace("empty_like", "zeros_like"))


def add_misconceptions(all_gather: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
        all_gather.misconception(identity, edits=edits, source=source, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
        all_gather.another_form(identity, edits=edits, source=source)

    mistake(
        "all_send_first",
        "Every rank sends first and receives afterwards, or the other way round. A send returns when the other side "
        "takes it, and the other side is sending too: all wait for each other.",
        "Rank 0 is in `send`. What must rank 1 do so that it returns? And what does rank 1 do?",
        (EXCHANGE, "        comm.send(parts[sent], right)\n        comm.recv(parts[taken], left)\n"),
    )
    also("all_send_first", (EXCHANGE, "        comm.recv(parts[taken], left)\n        comm.send(parts[sent], right)\n"))
    mistake(
        "own_shard_first",
        "The shards stand in the order in which they came, the own one first. So every rank has another order.",
        "What should rank 2 have in the first place?",
        (RESULT, "return torch.cat([parts[(comm.rank - step) % comm.world_size] for step in range(comm.world_size)])"),
    )
    also(
        "own_shard_first",
        (RESULT, "return torch.cat([parts[(comm.rank + step) % comm.world_size] for step in range(comm.world_size)])"),
    )
    mistake(
        "always_sends_its_own",
        "In every step each rank sends its own shard to the same neighbour, who has it already. What came from further "
        "away is never passed on.",
        "How does the shard of rank 0 reach rank 2, if only rank 1 hears from rank 0?",
        (EXCHANGE, EXCHANGE.replace("parts[sent]", "shard")),
    )
    mistake(
        "off_by_one",
        "What comes is put in a wrong place, or what is sent is not the shard that came last: the numbers of the parts "
        "are off by one.",
        "Which shard does rank r hold after step 0, besides its own?",
        ZEROS,
        (WHICH, WHICH.replace("rank - step)", "rank - step + 1)").replace("rank - step - 1)", "rank - step)")),
    )
    also(
        "off_by_one",
        ZEROS,
        (WHICH, "sent, taken = (comm.rank - step - 1) % comm.world_size, (comm.rank - step - 2) % comm.world_size"),
    )
    mistake(
        "one_step_too_few",
        "There is one step too few: the shard that had the longest way is missing.",
        "How many shards must come to each rank, with N ranks?",
        ZEROS,
        (STEPS, "in range(comm.world_size - 2)"),
    )
    mistake(
        "one_step_too_many",
        "There are N steps. After N − 1 everybody has everything; the last one sends what the neighbour had at first.",
        "How many shards does a rank not have at the beginning?",
        (STEPS, "in range(comm.world_size)"),
    )
    mistake(
        "stacked",
        "The shards are stacked on an axis of their own. They should stand one behind the other along the first axis.",
        "What shape should three shards of shape (2, 5) give?",
        (RESULT, "return torch.stack(parts)"),
    )
    mistake(
        "last_axis",
        "The shards are joined along the last axis. Asked for is the first.",
        "What shape should three shards of shape (2, 5) give?",
        (RESULT, "return torch.cat(parts, dim=-1)"),
    )
    mistake(
        "wrong_neighbours",
        "The neighbours are the wrong way round, but the shards are counted for the other direction: they land in the "
        "place of others.",
        "If everything travels to the left, whose shard does rank 1 receive first?",
        (NEIGHBOURS, NEIGHBOURS.replace("right, left", "left, right")),
        ZEROS,
    )
    mistake(
        "ring_not_closed",
        "The last rank sends to rank N, which does not exist. A ring is closed by `% comm.world_size`.",
        "Who sits to the right of the last rank?",
        (NEIGHBOURS, "right, left = comm.rank + 1, comm.rank - 1"),
    )
    mistake(
        "through_one_rank",
        "Rank 0 collects all shards and sends the whole to everybody. Its link carries N times what the others' do, "
        "while they wait.",
        "How many bytes does rank 0 send, with N ranks? And in the ring?",
        source="""
def all_gather(shard, comm):
    whole = torch.cat([shard] * comm.world_size)
    if comm.rank > 0:
        comm.send(shard, 0)
        comm.recv(whole, 0)
        return whole
    parts = [shard]
    for source in range(1, comm.world_size):
        parts.append(torch.empty_like(shard))
        comm.recv(parts[-1], source)
    whole = torch.cat(parts)
    for to in range(1, comm.world_size):
        comm.send(whole, to)
    return whole
""",
    )
    mistake(
        "one_rank_after_the_other",
        "One rank after the other sends its shard to all others, and these wait. The bytes are right, but there are "
        "twice as many steps.",
        "While rank 0 sends to rank 1, what could rank 2 do?",
        source="""
def all_gather(shard, comm):
    parts = []
    for source in range(comm.world_size):
        part = shard.clone()
        if source == comm.rank:
            for to in range(comm.world_size):
                if to != comm.rank:
                    comm.send(part, to)
        else:
            comm.recv(part, source)
        parts.append(part)
    return torch.cat(parts)
""",
    )
    mistake(
        "sends_whole_arrays",
        "A whole tensor with zeros in the place of the others' shards goes around and is added up: N times the bytes "
        "that are needed.",
        "How many of the numbers that a rank sends are zeros that nobody needs?",
        source="""
def all_gather(shard, comm):
    parts = [torch.zeros_like(shard) for _ in range(comm.world_size)]
    parts[comm.rank] = shard
    whole = torch.cat(parts)
    passed = whole
    for _ in range(comm.world_size - 1):
        came = torch.empty_like(whole)
        comm.exchange(passed, (comm.rank + 1) % comm.world_size, came, (comm.rank - 1) % comm.world_size)
        whole, passed = whole + came, came
    return whole
""",
    )
    mistake(
        "one_direction_at_a_time",
        "Half of the ranks send while the others receive, then the other way round. It does not hang, but takes twice "
        "as many steps: `exchange` uses both directions of a link at once.",
        "In how many steps does a rank send one shard and receive one?",
        (
            EXCHANGE,
            "        if comm.rank % 2 == 0:\n"
            "            comm.send(parts[sent], right)\n"
            "            comm.recv(parts[taken], left)\n"
            "        else:\n"
            "            comm.recv(parts[taken], left)\n"
            "            comm.send(parts[sent], right)\n",
        ),
    )
    mistake(
        "changes_its_input",
        "What comes is received into the shard that the caller gave, which is lost.",
        "Which tensor does `comm.exchange(…, out, …)` write into?",
        source="""
def all_gather(shard, comm):
    right, left = (comm.rank + 1) % comm.world_size, (comm.rank - 1) % comm.world_size
    parts = {comm.rank: shard.clone()}
    for step in range(comm.world_size - 1):
        comm.exchange(shard, right, shard, left)
        parts[(comm.rank - step - 1) % comm.world_size] = shard.clone()
    return torch.cat([parts[rank] for rank in range(comm.world_size)])
""",
    )
    mistake(
        "returns_its_input",
        "With one rank the caller's own tensor comes back: whoever writes into the result writes into the input.",
        "Is `return shard` a copy?",
        (RESULT, "return torch.cat(parts) if comm.world_size > 1 else shard"),
    )
    mistake(
        "converts_to_floats",
        "The parts are made as float32, whatever the shard's dtype: what another dtype holds is rounded, or is "
        "refused.",
        "What dtype has `torch.zeros(shape)`?",
        (PARTS, "    parts = [torch.empty(shard.shape) for _ in range(comm.world_size)]\n"),
        (OWN, "    parts[comm.rank] = shard.float()\n"),
    )
