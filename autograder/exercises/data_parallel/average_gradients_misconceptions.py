"""What goes wrong in `data_parallel.average_gradients`: its misconceptions, edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

WALK = "for parameter in reversed(list(parameters)):"
SIZE = "size = parameter.numel() * parameter.element_size()"
FITS = "if not found or size > room:"
APPEND = "        found[-1].append(parameter)\n"
TOTAL = "    total = collectives.ring_all_reduce(torch.tensor([tokens]), comm).item()\n"
BUCKETS = "    for bucket in buckets(parameters, bucket_bytes):\n"
ZEROS = "torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad * (tokens / total) for p in bucket"
WEIGHT = "p.grad * (tokens / total)"
SUMMED = "summed = collectives.ring_all_reduce(torch.cat([share.flatten() for share in shares]), comm)"
PIECES = "for p, gradient in zip(bucket, summed.split([p.numel() for p in bucket]), strict=True):"
WRITE = "            p.grad = gradient.view_as(p)"


def add_misconceptions(average_gradients: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        average_gradients.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        average_gradients.another_form(identity, edits=edits)

    # --- what the gradients become

    mistake(
        "mean_of_means",
        "Every rank has the same weight, however many tokens it had. The mean of means is not the mean: a token on a "
        "rank with few tokens counts for more.",
        "One rank has the mean of 1 token and another that of 99. What is the weight of each token in the result?",
        (WEIGHT, "p.grad * (1 / comm.world_size)"),
        (TOTAL, ""),
    )
    also("mean_of_means", (TOTAL, "    total = tokens * comm.world_size\n"))
    mistake(
        "not_divided",
        "The gradients are added up and not divided: with N ranks the step is N times as long.",
        "All ranks have the same gradient. What should the result be?",
        (WEIGHT, "p.grad"),
    )
    mistake(
        "weighted_by_tokens_only",
        "Each gradient is multiplied by its tokens, but the sum is not divided by their total number.",
        "All ranks have the same gradient. What should the result be?",
        (WEIGHT, "p.grad * tokens"),
    )
    also("weighted_by_tokens_only", (WEIGHT, "p.grad * (tokens / comm.world_size)"))
    mistake(
        "divided_twice",
        "The weights are divided by the number of ranks as well: they add up to 1/N.",
        "What should the weights of all ranks add up to?",
        (WEIGHT, "p.grad * (tokens / total / comm.world_size)"),
    )
    mistake(
        "weights_upside_down",
        "A rank with many tokens gets a small weight.",
        "Which rank's mean should count more, that of 10 tokens or that of 30?",
        (WEIGHT, "p.grad * (total / tokens)"),
    )
    mistake(
        "stays_on_one_rank",
        "Only rank 0 takes the result; the others keep their own gradients, and the models part.",
        "Which ranks are going to take a step?",
        (WRITE, "            if comm.rank == 0:\n                p.grad = gradient.view_as(p)"),
    )
    mistake(
        "not_written_back",
        "The sums are computed and dropped: every `grad` stays what it was.",
        "Where will the optimizer look for the gradient?",
        (WRITE, "            gradient = gradient.view_as(p)"),
    )
    mistake(
        "changes_the_parameters",
        "The parameters themselves are overwritten, not their gradients.",
        "What is the difference between `p` and `p.grad`?",
        (WRITE, "            p.data = gradient.view_as(p)"),
    )
    mistake(
        "skips_what_is_missing",
        "A rank leaves out what has no gradient there, and the others do not: their buckets have other sizes, and do "
        "not fit together.",
        "Rank 1 did not use a layer. What do the other ranks send in its place?",
        (BUCKETS, "    parameters = [p for p in parameters if p.grad is not None]\n" + BUCKETS),
    )
    also(
        "skips_what_is_missing",
        (ZEROS, ZEROS.replace("p.grad is None or ", "") + " if p.grad is not None"),
        (PIECES, "bucket = [p for p in bucket if p.grad is not None]\n        " + PIECES),
    )
    mistake(
        "missing_gradients_raise",
        "A missing gradient is None, and that cannot be multiplied. It counts as zeros.",
        "What does `backward` leave in the `grad` of a parameter that was not used?",
        (ZEROS, ZEROS.replace("p.grad is None or ", "")),
    )
    mistake(
        "nothing_times_nan",
        "A rank without tokens is given the weight 0. Its mean over nothing is NaN, and 0 · NaN is NaN: from there it "
        "comes to everybody.",
        "What is the mean of no numbers? And 0 times that?",
        (ZEROS, ZEROS.replace(" or tokens == 0", "")),
    )
    mistake(
        "reads_the_parameters_twice",
        "The parameters are read twice. `model.parameters()` can be read once; the second time there are none.",
        "What does `list(g)` give, and what does a second `list(g)`, for a generator g?",
        (
            BUCKETS,
            "    for p in parameters:\n        p.grad = torch.zeros_like(p) if p.grad is None else p.grad\n" + BUCKETS,
        ),
    )

    # --- messages

    mistake(
        "one_message_for_each_parameter",
        "Every parameter has an all-reduce of its own. Each of its messages pays the latency.",
        "How many messages are that for 1,000 parameters on 8 ranks, and how many for 10 buckets?",
        (BUCKETS, "    for bucket in [[p] for p in parameters]:\n"),
    )
    mistake(
        "one_message_for_all",
        "All gradients go in one tensor, whatever `bucket_bytes` says. That needs room for all of them again, and "
        "nothing can be sent before the last gradient is there.",
        "How much memory does a copy of all gradients of a model take?",
        (BUCKETS, "    for bucket in [list(parameters)]:\n"),
    )
    mistake(
        "total_for_every_bucket",
        "The number of tokens is summed up anew for each bucket. It is the same for all.",
        "How often does the number of tokens change between two buckets?",
        (TOTAL, ""),
        (BUCKETS, BUCKETS + "    " + TOTAL),
    )
    mistake(
        "not_around_a_ring",
        "The buckets are not summed around a ring, but whole: through a tree, or gathered from all ranks.",
        "How large is a message of the ring all-reduce, for a bucket of b bytes on N ranks?",
        (SUMMED, SUMMED.replace("ring_all_reduce", "tree_all_reduce")),
    )
    also("not_around_a_ring", (SUMMED, SUMMED.replace("ring_all_reduce", "doubling_all_reduce")))
    also(
        "not_around_a_ring",
        (
            SUMMED,
            SUMMED.replace("ring_all_reduce", "all_gather").removesuffix(")") + ").view(comm.world_size, -1).sum(0)",
        ),
    )

    # --- buckets

    mistake(
        "from_the_first_to_the_last",
        "The buckets begin with the first parameter. The backward pass finishes the gradients of the last ones first, "
        "and they could travel while it goes on.",
        "Which layer's gradients are ready first?",
        (WALK, "for parameter in parameters:"),
    )
    mistake(
        "everything_in_one_bucket",
        "There is one bucket, whatever `bucket_bytes` says.",
        "When should a new bucket begin?",
        (FITS, "if not found:"),
    )
    mistake(
        "a_bucket_for_each",
        "Every parameter has a bucket of its own, even where several would fit.",
        "When should a new bucket begin?",
        (FITS, "if True:"),
    )
    mistake(
        "elements_for_bytes",
        "The elements are counted, not the bytes: the buckets are four times as large as allowed, or eight times.",
        "How many bytes has an element of float32?",
        (SIZE, "size = parameter.numel()"),
    )
    mistake(
        "closed_when_too_large",
        "A bucket is closed when it is full already: the parameter that did not fit is in it.",
        "A bucket has room for 10 bytes, and a parameter of 40 comes. Where should it go?",
        (FITS, "if not found or room <= 0:"),
    )
    mistake(
        "full_is_too_full",
        "A parameter that would just fill the bucket begins a new one. At most `bucket_bytes` are allowed, and that is "
        "not more.",
        "There is room for 40 bytes, and a parameter of 40 comes. Does it fit?",
        (FITS, "if not found or size >= room:"),
    )
    mistake(
        "empty_bucket_first",
        "Where the first parameter is larger than a bucket, an empty bucket stands before it, and is sent.",
        "What is in the first bucket, before anything was put into it?",
        ("found: list[list[Tensor]] = []\n    room = 0", "found: list[list[Tensor]] = [[]]\n    room = bucket_bytes"),
    )
    mistake(
        "fills_earlier_buckets",
        "A parameter is put into any bucket that has room. An early bucket then waits for a late gradient.",
        "The first bucket has 8 bytes left, and the gradient that would fit comes last of all. When can it be sent?",
        (
            APPEND,
            "        rooms = [bucket_bytes - sum(p.numel() * p.element_size() for p in b) for b in found]\n"
            "        found[next((i for i, left in enumerate(rooms) if left >= size), -1)].append(parameter)\n"
            "        found = [bucket for bucket in found if bucket]\n",
        ),
    )
