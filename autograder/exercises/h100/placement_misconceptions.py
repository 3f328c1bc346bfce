"""What goes wrong where several models stand on the same GPUs."""

from __future__ import annotations

from autograder.exercise import Judgement

HELD = "held[gpu] += size"
BUSY = "busy[gpu] += seconds[phase]"
LONGEST = "total += max(busy)"
FITTING = "if max(memory_by_gpu(chosen, gpus)) <= capacity:"
SECONDS = "placement_time(chosen, gpus), ["
ANSWER = "return min(fitting)[1] if fitting else None"


def add_misconceptions(placement: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        placement.misconception(identity, edits=edits, message=message, question=question)

    mistake(
        "last_model_alone",
        "A GPU is counted with the bytes of the last model that stands on it. All of them stay in memory.",
        "Where is the reference while the policy learns?",
        (HELD, "held[gpu] = size"),
    )
    mistake(
        "largest_model_alone",
        "A GPU is counted with its largest model, as if one made room for the other. All of them stay in memory.",
        "Where is the reference while the policy learns?",
        (HELD, "held[gpu] = max(held[gpu], size)"),
    )
    mistake(
        "bytes_divided_again",
        "The bytes of an option are divided by its GPUs. They are those on each of them already.",
        "What does the second part of an option say?",
        (HELD, "held[gpu] += size // len(places)"),
    )
    mistake(
        "first_gpu_holds_all",
        "The bytes are counted on the first GPU of an option alone.",
        "On how many GPUs do the bytes of a sharded model lie?",
        (HELD, "held[places[0]] += size"),
    )
    mistake(
        "first_gpu_holds_everything_once",
        "Only the first GPU of an option holds something.",
        "On how many GPUs do the bytes of a sharded model lie?",
        ("for gpu in places:\n            held", "for gpu in places[:1]:\n            held"),
    )
    mistake(
        "everybody_at_once",
        "Models on one GPU are timed as if they worked at the same time. They share its cores: one after another.",
        "A GPU scores with two models, 2 s each: how long does it take?",
        (BUSY, "busy[gpu] = max(busy[gpu], seconds[phase])"),
    )
    mistake(
        "one_after_another",
        "All models are timed one after another, wherever they stand. Models on different GPUs work at the same time.",
        "What does GPU 0 do while GPU 7 scores?",
        (LONGEST, "total += sum(seconds[phase] for _, _, seconds in chosen)"),
    )
    mistake(
        "sum_over_gpus",
        "The seconds of all GPUs are added up. They work at the same time; the last one ends the phase.",
        "Eight GPUs work for 2 s each: how long does the phase take?",
        (LONGEST, "total += sum(busy)"),
    )
    mistake(
        "mean_over_gpus",
        "The mean of the GPUs is taken. The phase ends with the last of them.",
        "Seven GPUs are ready after 1 s and one after 9 s: when does the next phase begin?",
        (LONGEST, "total += sum(busy) / gpus"),
    )
    mistake(
        "no_barriers",
        "Each GPU goes through its phases without waiting for the others. But no text can be scored before it is "
        "written, nor learned from before it is scored.",
        "Can the value model learn on GPU 7 while the policy still writes on GPU 0?",
        ("        busy = [0.0] * gpus\n", ""),
        ("    total = 0.0\n", "    total = 0.0\n    busy = [0.0] * gpus\n"),
        ("        total += max(busy)\n    return total", "    return max(busy)"),
    )
    mistake(
        "longest_phase",
        "The longest phase is taken for the step. The phases follow one another.",
        "Can texts be learned from while they are written?",
        (LONGEST, "total = max(total, *busy)"),
    )
    mistake(
        "memory_ignored",
        "The fastest of all choices is taken, whether it fits or not.",
        "What happens in the first step of a placement that needs 100 GB on a GPU of 80?",
        (FITTING, "if True:"),
    )
    mistake(
        "memory_in_one_pot",
        "All the memory is counted together. A GPU cannot use what is free on another: what is full is full.",
        "Two models of 60 GB on one GPU, and another that stands empty: does that fit into 2 × 80 GB?",
        (FITTING, "if sum(memory_by_gpu(chosen, gpus)) <= gpus * capacity:"),
    )
    mistake(
        "emptiest_gpu_is_looked_at",
        "The emptiest GPU is compared with the capacity. The fullest one decides.",
        "Which GPU runs out of memory first?",
        (FITTING, FITTING.replace("max", "min")),
    )
    mistake(
        "each_model_alone",
        "Each model is compared with the capacity by itself. What stands on one GPU must fit there together.",
        "Two models of 60 GB on one GPU: does that fit?",
        (FITTING, "if max(size for _, size, _ in chosen) <= capacity:"),
    )
    mistake(
        "never_full",
        "A choice that fills a GPU exactly is refused. 80 GB fit into 80 GB.",
        "Is the capacity the first number that does not fit, or the last that does?",
        (FITTING, FITTING.replace("<=", "<")),
    )
    mistake(
        "first_that_fits",
        "The first choice that fits is taken. Others that fit are faster.",
        "How do you know that none is faster?",
        (ANSWER, ANSWER.replace("min(fitting)", "fitting[0]")),
    )
    mistake(
        "slowest",
        "The slowest choice that fits is taken.",
        "Is a short or a long time wanted?",
        (ANSWER, ANSWER.replace("min", "max")),
    )
    mistake(
        "emptiest",
        "The choice with the least memory is taken. Memory only has to suffice; what counts then is time.",
        "What is gained by memory that stays free?",
        (SECONDS, "max(memory_by_gpu(chosen, gpus)), ["),
    )
    mistake(
        "nothing_for_none",
        "Where nothing fits, an empty list is returned. None is asked for.",
        "How does a caller tell an empty list of models from no placement?",
        (ANSWER, ANSWER.replace("None", "[]")),
    )
    mistake(
        "anything_for_none",
        "Where nothing fits, a choice is returned all the same.",
        "What should a caller do who is told to place models where they do not fit?",
        (ANSWER, ANSWER.replace("None", "[0] * len(candidates)")),
    )
    mistake(
        "options_for_numbers",
        "The options themselves are returned. The statement asks for their numbers.",
        "What is the first element of the result for the first option of the first model?",
        ("[number for number, _ in choice]", "chosen"),
    )
