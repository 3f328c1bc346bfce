"""What goes wrong in `collectives.communication_cost`: its misconceptions, edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

RING_STEPS = "steps = sent = 2 * (world_size - 1)"
RING_MESSAGE = "message = size / world_size"
TREE_SENT = "sent = (world_size - 1).bit_length()"
TREE_STEPS = "steps, message = 2 * sent, size"
ROUNDS = "rounds = world_size.bit_length() - 1"
UNEVEN = "uneven = (world_size - 1).bit_length() - rounds"
DOUBLING = "steps, sent, message = rounds + 2 * uneven, rounds + uneven, size"
RETURNED = '"bytes": sent * message, "seconds": steps * (latency + message / bandwidth)'
NEVER = "    if not saved:\n"
RATIO = "return (ring_start - doubling_start) / saved"


def add_misconceptions(communication_cost: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        communication_cost.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        communication_cost.another_form(identity, edits=edits)

    mistake(
        "half_of_the_ring",
        "The ring is counted once. An all-reduce goes around twice: to add up, and to gather.",
        "After N − 1 steps each rank has the sum of one part. Who has the rest?",
        (RING_STEPS, "steps = sent = world_size - 1"),
    )
    mistake(
        "a_step_for_each_rank",
        "N steps are counted for a way around the ring. A part that has visited N ranks was sent N − 1 times.",
        "How many messages are there between three ranks in a row?",
        (RING_STEPS, "steps = sent = 2 * world_size"),
    )
    mistake(
        "whole_arrays_in_the_ring",
        "Each message of the ring is counted as the whole tensor. It is one part of N.",
        "What does a rank send in one step of `reduce_scatter`?",
        (RING_MESSAGE, "message = size"),
    )
    mistake(
        "tree_one_way",
        "The tree is counted one way. The sum is at the root then, and must come down again.",
        "Who knows the sum after ⌈log₂ N⌉ steps?",
        (TREE_STEPS, "steps, message = sent, size"),
    )
    mistake(
        "root_sends_both_ways",
        "The bytes are counted in both directions. On the way up, rank 0 only receives.",
        "Which messages does rank 0 send?",
        (TREE_STEPS, "steps, message = 2 * sent, size\n            sent = steps"),
    )
    mistake(
        "log_rounded_down",
        "The depth of the tree is rounded down. For a number of ranks that is no power of two, one level is missing.",
        "How many ranks can two levels reach? Where does the fifth go?",
        (TREE_SENT, "sent = world_size.bit_length() - 1"),
    )
    mistake(
        "depth_is_the_number_of_ranks",
        "The tree is counted as if all ranks sent to the root one after another.",
        "While ranks 0 and 1 talk, what do ranks 2 and 3 do?",
        (TREE_SENT, "sent = world_size - 1"),
    )
    mistake(
        "ranks_beyond_forgotten",
        "The ranks beyond the largest power of two are forgotten: nobody hears of their numbers.",
        "There are five ranks and four have a partner in every round. What does the fifth do?",
        (UNEVEN, "uneven = 0"),
    )
    mistake(
        "rounds_rounded_up",
        "⌈log₂ N⌉ rounds are counted. With five ranks, most have no partner in the third round; the fifth hands over "
        "first and is told at the end, which makes four steps.",
        "With five ranks, who is the partner of rank 3 in a third round?",
        (ROUNDS, "rounds = (world_size - 1).bit_length()"),
    )
    mistake(
        "told_but_not_counted",
        "Two steps are added for the ranks beyond the power of two, but the message that tells them the sum is left "
        "out of the bytes.",
        "Which rank sends to the fifth, and how many messages has it sent by then?",
        (DOUBLING, DOUBLING.replace("rounds + uneven, size", "rounds, size")),
    )
    mistake(
        "as_many_bytes_as_steps",
        "Each step is counted as a message sent. In one of the two extra steps the rank that has a fifth to serve only "
        "receives.",
        "In which of the steps does the partner of the fifth rank send?",
        (DOUBLING, DOUBLING.replace("rounds + uneven, size", "rounds + 2 * uneven, size")),
    )
    mistake(
        "latency_once",
        "The latency is paid once. Every message has one, and each step waits for the one before.",
        "What do 1,000 messages of one byte take?",
        (
            RETURNED,
            RETURNED.replace("steps * (latency + message / bandwidth)", "latency + steps * message / bandwidth"),
        ),
    )
    mistake(
        "no_latency",
        "The latency is left out: many small messages would cost no more than one large one.",
        "How long does it take to sum one number over 1,000 ranks?",
        (RETURNED, RETURNED.replace("latency + message", "message")),
    )
    mistake(
        "seconds_of_what_is_sent",
        "The time is counted from what one rank sends. A rank also waits, in steps in which others send.",
        "What does rank 0 do while the numbers climb the tree?",
        (
            RETURNED,
            RETURNED.replace("steps * (latency + message / bandwidth)", "steps * latency + sent * message / bandwidth"),
        ),
    )
    mistake(
        "sent_and_received",
        "What a rank receives is counted too. Asked for is what it sends, as both directions of a link work at once.",
        "How many bytes go in each direction of a link in one `exchange`?",
        (RETURNED, RETURNED.replace('"bytes": sent', '"bytes": 2 * sent')),
    )
    mistake(
        "bytes_of_all_ranks",
        "The bytes of all ranks are added up. Asked for is what one rank sends, for every rank has its own link.",
        "Does a ring of 8 ranks take longer than one of 4 because more is sent in all?",
        (RETURNED, RETURNED.replace('"bytes": sent', '"bytes": world_size * sent')),
    )
    mistake(
        "bytes_of_one_message",
        "The bytes are those of one message, not of all that a rank sends.",
        "How many messages does a rank send?",
        (RETURNED, RETURNED.replace('"bytes": sent * message', '"bytes": message')),
    )
    mistake(
        "bandwidth_in_bits",
        "The bytes are multiplied by 8, as if the bandwidth were given in bits. It is given in bytes per second.",
        "What are the units of size / bandwidth?",
        (RETURNED, RETURNED.replace("message / bandwidth", "8 * message / bandwidth")),
    )
    mistake(
        "divides_by_nothing",
        "For two ranks both send the same number of bytes: the lines are parallel and never meet.",
        "For two ranks, what does the ring send, and what does doubling send?",
        (NEVER, "    if False:\n"),
    )
    mistake(
        "zero_for_never",
        "For two ranks 0 is returned, which says that the ring is always faster. It never is: it sends as much, in "
        "twice as many steps.",
        "Which of both is faster for two ranks and one byte? And for a gigabyte?",
        ('float("inf")', "0.0"),
    )
    mistake(
        "seconds_for_bytes",
        "The time is returned at which both are done, not the size.",
        "What are the units of a / b, if seconds = a + b · size?",
        (RATIO, f"size = {RATIO.removeprefix('return ')}\n    return ring_start + ring_slope * size"),
    )
    mistake(
        "upside_down",
        "The difference of the slopes is divided by that of the starts: that is one over a size.",
        "What are the units of a / b, if seconds = a + b · size?",
        (RATIO, "return saved / (ring_start - doubling_start)"),
    )
    mistake(
        "wrong_sign",
        "The sign is wrong: no tensor has fewer than 0 bytes.",
        "Which of both has the larger start, and which the larger slope?",
        (RATIO, f"{RATIO.replace('return ', 'return -(')})"),
    )
    mistake(
        "beside_the_tree",
        "The ring is compared with the tree. Asked for is recursive doubling.",
        "Which of tree and doubling takes fewer steps?",
        ('("ring", "doubling")', '("ring", "tree")'),
    )
