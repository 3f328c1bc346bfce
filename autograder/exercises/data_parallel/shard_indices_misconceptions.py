"""What goes wrong in `data_parallel.shard_indices`: its misconceptions, edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

ORDER = "order = np.random.default_rng([seed, epoch]).permutation(samples).tolist()"
EACH = "each = -(-samples // world_size)"
PLACES = "range(rank, each * world_size, world_size)"
RETURNED = f"return [order[place % samples] for place in {PLACES}]"


def add_misconceptions(shard_indices: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        shard_indices.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        shard_indices.another_form(identity, edits=edits)

    mistake(
        "same_data_on_every_rank",
        "All ranks read the same samples. Their gradients are the same, so their mean is that of one rank: the other "
        "GPUs are for nothing.",
        "In how many steps is the data read once, with N ranks and a batch of b on each?",
        (PLACES, "range(0, each * world_size, world_size)"),
    )
    mistake(
        "everything_on_every_rank",
        "Every rank reads all samples.",
        "How many samples should one of four ranks read, of 12?",
        (PLACES, "range(samples)"),
    )
    mistake(
        "each_rank_its_own_order",
        "The seed depends on the rank, so each draws an order of its own. Two ranks then read the same sample, and "
        "nobody reads another one.",
        "Rank 0 takes the even places and rank 1 the odd ones. Of the same order?",
        (ORDER, ORDER.replace("[seed, epoch]", "[seed, epoch, rank]")),
    )
    also("each_rank_its_own_order", (ORDER, ORDER.replace("[seed, epoch]", "[seed + rank, epoch]")))
    mistake(
        "epoch_ignored",
        "Every epoch has the same order. (In torch that is a missing `set_epoch`.)",
        "On what must the order depend, so that it is another in each epoch?",
        (ORDER, ORDER.replace("[seed, epoch]", "[seed]")),
    )
    mistake(
        "seed_ignored",
        "The seed has no effect.",
        "How would you repeat a run with other draws?",
        (ORDER, ORDER.replace("[seed, epoch]", "[epoch]")),
    )
    mistake(
        "not_shuffled",
        "The samples are dealt in the order in which they lie. Neighbours in a file are often alike.",
        "In which order are the samples read in the second epoch?",
        (ORDER, "order = list(range(samples))"),
    )
    mistake(
        "shuffled_within_a_fixed_share",
        "Each rank shuffles a share that is always the same. Two samples of different shares never meet on a rank, and "
        "if the data lie in some order, the shares differ.",
        "Can the first sample ever come to the last rank?",
        (
            RETURNED,
            "share = [place % samples for place in range(rank, each * world_size, world_size)]\n"
            "    return [share[i] for i in np.random.default_rng([seed, epoch]).permutation(each).tolist()]",
        ),
    )
    also(
        "shuffled_within_a_fixed_share",
        (
            RETURNED,
            "share = [place % samples for place in range(rank * each, (rank + 1) * each)]\n"
            "    return [share[i] for i in np.random.default_rng([seed, epoch]).permutation(each).tolist()]",
        ),
    )
    mistake(
        "unequal_shares",
        "Nothing is filled up: some ranks have a sample more than others. At the end of the epoch they wait for a "
        "gradient from ranks that have gone on.",
        "Rank 0 has three batches and rank 3 has two. What happens in the third all-reduce?",
        (PLACES, "range(rank, samples, world_size)"),
    )
    mistake(
        "drops_the_rest",
        "What does not divide is dropped: some samples are not read in this epoch. Asked for is that all are read.",
        "How many of 10 samples do four ranks read, if each reads ⌊10 / 4⌋?",
        (EACH, "each = samples // world_size"),
    )
    mistake(
        "one_too_many",
        "Each rank gets a sample more than needed where N divides their number.",
        "What should ⌈12 / 4⌉ be, and what is 12 // 4 + 1?",
        (EACH, "each = samples // world_size + 1"),
    )
    mistake(
        "always_the_same_fills_up",
        "The last places are filled up with one and the same sample, which is read more often than all others.",
        "Which samples should be read twice: always number 0, or others in every epoch?",
        (RETURNED, f"return [order[place] if place < samples else order[0] for place in {PLACES}]"),
    )
    also(
        "always_the_same_fills_up",
        (RETURNED, f"return [order[place] if place < samples else 0 for place in {PLACES}]"),
    )
    also(
        "always_the_same_fills_up",
        (RETURNED, f"return [order[min(place, samples - 1)] for place in {PLACES}]"),
    )
    mistake(
        "fills_up_once",
        "The order is repeated once at most. With fewer samples than half of the ranks that is not enough.",
        "There are 2 samples and 5 ranks. How often must the order be repeated?",
        (
            RETURNED,
            "order = order + order[: each * world_size - samples]\n"
            "    return [order[place] for place in range(rank, len(order), world_size)]",
        ),
    )
    mistake(
        "seeds_the_global_generator",
        "The global generator is seeded, so everything else that draws from it (dropout, the first weights, the "
        "sampling) draws the same in every epoch.",
        "What does `np.random.seed` change besides this function?",
        (ORDER, "np.random.seed([seed, epoch])\n    order = np.random.permutation(samples).tolist()"),
    )
    also(
        "seeds_the_global_generator",
        (
            ORDER,
            "torch.manual_seed(seed * 1_000_003 + epoch)\n    order = torch.randperm(samples).tolist()",
        ),
    )
    mistake(
        "draws_from_the_global_generator",
        "The order is drawn from the global generator. The ranks have drawn other things before, so their orders "
        "differ, and no run can be repeated.",
        "What do the ranks have in common before they draw?",
        (ORDER, "order = torch.randperm(samples).tolist()"),
    )
    also("draws_from_the_global_generator", (ORDER, "order = np.random.permutation(samples).tolist()"))
    mistake(
        "drawn_with_replacement",
        "Samples are drawn one by one, with replacement: in an epoch some come twice and others not at all.",
        "What is the difference between a permutation and as many draws?",
        (ORDER, "order = np.random.default_rng([seed, epoch]).integers(samples, size=samples).tolist()"),
    )
    mistake(
        "rotated_only",
        "Every epoch begins at another sample, but the order stays the same: neighbours stay neighbours.",
        "How many orders are there of 6 samples, and how many of them can come up?",
        (
            ORDER,
            "start = int(np.random.default_rng([seed, epoch]).integers(samples))\n"
            "    order = [(start + i) % samples for i in range(samples)]",
        ),
    )
