"""What goes wrong when N ranks save and M ranks load."""

from __future__ import annotations

from autograder.exercise import Judgement

SAVED = 'files.write(f"{comm.rank}", shard[: max(length - comm.rank * len(shard), 0)])'
NAMES = "sorted(files.names(), key=int)"
PART = "part = -(-sum(lengths.values()) // comm.world_size)"
START = "start = comm.rank * part"
READ = "pieces.append(files.read(name, max(start, 0), max(start + part, 0)))"
MOVED = "start -= length"
PADDED = "return torch.cat([own, own.new_zeros(part - len(own))])"


def add_misconceptions(reshard: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        reshard.misconception(identity, edits=edits, message=message, question=question)

    mistake(
        "only_rank_0_saves",
        "Only rank 0 saves. Where every rank holds all parameters that is enough; here it has 1/N of them, and the "
        "rest is lost when the job ends.",
        "How many of the elements does rank 0 of 8 hold?",
        (SAVED, f"if comm.rank == 0:\n        {SAVED}"),
    )
    mistake(
        "all_write_the_same_file",
        "All ranks write a file of the same name.",
        "Which of the shards is in the file at the end?",
        ('f"{comm.rank}"', '"0"'),
    )
    mistake(
        "padding_saved",
        "The padding is saved and loaded as if it were data. Where M is not N, what follows it is shifted.",
        "5 elements are saved on 4 ranks. How many were there, judging by the files?",
        (SAVED, 'files.write(f"{comm.rank}", shard)'),
    )
    mistake(
        "zeros_taken_for_padding",
        "Padding is recognised by its zeros. A parameter may be 0 as well: biases start so.",
        "What tells the zeros of a fresh bias from padding?",
        (
            SAVED,
            "kept = int((shard != 0).nonzero().max()) + 1 if bool((shard != 0).any()) else 0\n"
            '    files.write(f"{comm.rank}", shard[:kept])',
        ),
    )
    mistake(
        "as_many_ranks_as_before",
        "Each rank loads the file of its own number, as if as many ranks loaded as have saved.",
        "Two ranks load what four have saved. Who loads the files of ranks 2 and 3?",
        (READ, "if name == str(comm.rank):\n            pieces.append(files.read(name, 0, part))"),
    )
    mistake(
        "one_file_only",
        "Only the file in which the part begins is read. A part may reach over several.",
        "One rank loads what four have saved. How many files does it need?",
        (READ, "if 0 <= start < length:\n            pieces.append(files.read(name, start, start + part))"),
        ("own = torch.cat(pieces)", "own = torch.cat(pieces) if pieces else files.read('0', 0, 0)"),
    )
    mistake(
        "reads_everything",
        "Every rank reads the whole and takes its part of it. The whole may not fit on a rank; that is why it was "
        "sharded.",
        "How many bytes does each of 64 ranks read of a checkpoint of 140 GB?",
        (READ, "pieces.append(files.read(name, 0, length))"),
        (MOVED, ""),
        ("own = torch.cat(pieces)", "own = torch.cat(pieces)[start : start + part]"),
    )
    mistake(
        "rank_0_saves_all",
        "All parts are sent to rank 0, which writes the whole. The whole may not fit on a rank.",
        "How many bytes does rank 0 of 64 hold while it writes?",
        (SAVED, 'whole = all_gather(shard, comm)\n    if comm.rank == 0:\n        files.write("0", whole[:length])'),
    )
    mistake(
        "names_sorted_as_text",
        "The files are sorted by their names as texts: 10 comes before 2.",
        'What does `sorted(["0", "2", "10"])` give?',
        (NAMES, "sorted(files.names())"),
    )
    mistake(
        "names_not_sorted",
        "The files are taken in the order in which the folder lists them, which is no order at all.",
        "What does the documentation of os.listdir say about the order?",
        (NAMES, "files.names()"),
    )
    mistake(
        "parts_rounded_down",
        "Parts are rounded down: where M does not divide n, the last elements belong to nobody.",
        "7 elements on 3 ranks: how large is a part?",
        (PART, "part = sum(lengths.values()) // comm.world_size"),
    )
    mistake(
        "shard_not_padded",
        "The last shards are shorter than the others. All ranks have shards of one size; collectives need that.",
        "What does all_gather make of shards of 3, 3 and 1 elements?",
        (PADDED, "return own"),
    )
    mistake(
        "padded_in_front",
        "The padding stands in front of the data.",
        "At which end of the vector was it padded?",
        (PADDED, "return torch.cat([own.new_zeros(part - len(own)), own])"),
    )
    mistake(
        "loaded_in_float32",
        "The shard has another dtype than what was saved.",
        "Which dtype does the optimizer's state have, and which does `torch.zeros` make?",
        (PADDED, "return torch.cat([own, own.new_zeros(part - len(own))]).float()"),
    )
    mistake(
        "neighbours_part",
        "Each rank loads the part of another one.",
        "Which elements belong to rank 0?",
        (START, "start = (comm.world_size - 1 - comm.rank) * part"),
    )
