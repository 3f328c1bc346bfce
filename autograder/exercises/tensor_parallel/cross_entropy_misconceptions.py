"""What goes wrong in a cross-entropy over a vocabulary that is shared out."""

from __future__ import annotations

from autograder.exercise import Judgement

LARGEST = "largest = all_gather(logits.detach().amax(-1)[None], comm).amax(0)  # subtracted, it changes nothing"
SHIFTED = "shifted = logits - largest[..., None]"
MINE = "mine = (targets >= start) & (targets < start + logits.shape[-1])"
PLACE = "place = torch.where(mine, targets - start, 0)"
OWN = "own = torch.where(mine, shifted.gather(-1, place[..., None])[..., 0], 0.0)"
SUMS = "total, wanted = tensor_parallel.reduce_from_ranks(torch.stack([shifted.exp().sum(-1), own]), comm)"
RETURNED = "return total.log() - wanted"
# The same where the target's logit is looked up among the logits as they are.
LOOKED_UP = (OWN, OWN.replace("shifted.gather", "logits.gather"))
PUT_BACK = (RETURNED, "return total.log() + largest - wanted")


def add_misconceptions(cross_entropy: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        cross_entropy.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        cross_entropy.another_form(identity, edits=edits)

    # --- the largest

    mistake(
        "nothing_subtracted",
        "Nothing is subtracted before exp: with logits in the hundreds the sum is infinite; far below zero it is 0.",
        "What is exp(1000), and what is log(exp(1000) + exp(1001))?",
        (LARGEST, "largest = torch.zeros_like(targets, dtype=logits.dtype)"),
    )
    mistake(
        "own_largest_subtracted",
        "Each rank subtracts the largest of its own logits. The sums are then in different units and cannot be added.",
        "One rank has subtracted 5 and another 7. What has to be done with their sums before they are added?",
        (LARGEST, "largest = logits.detach().amax(-1)"),
    )
    also("own_largest_subtracted", (LARGEST, "largest = logits.detach().amax(-1)"), LOOKED_UP, PUT_BACK)
    mistake(
        "largest_added_up",
        "The largest logits of the ranks are added up. Any constant will do as long as exp neither overflows nor "
        "vanishes everywhere, and the sum of N large numbers is N times too large.",
        "Three ranks have 1000 as their largest. What is subtracted, and what is left of exp?",
        (LARGEST, "largest = tensor_parallel.ring_all_reduce(logits.detach().amax(-1), comm)"),
    )
    mistake(
        "largest_averaged",
        "The mean of the ranks' largest logits is subtracted. If one rank's are far above the others', exp overflows.",
        "One rank has 2000 as its largest and another −2000. What is subtracted, and what is exp of the rest?",
        (LARGEST, "largest = tensor_parallel.ring_all_reduce(logits.detach().amax(-1), comm) / comm.world_size"),
    )
    mistake(
        "largest_of_rank_0",
        "What is subtracted is the largest logit of rank 0, and other ranks may have larger ones.",
        "Where is the largest logit of all?",
        (LARGEST, "largest = all_gather(logits.detach().amax(-1)[None], comm)[0]"),
    )
    mistake(
        "rescaled_from_minus_infinity",
        "Each rank subtracts its own largest and the sums are rescaled afterwards. Where all logits of a rank are "
        "−inf, that is −inf − (−inf), which is no number.",
        "What is the largest logit of a rank that has only excluded tokens, and what does it become?",
        (
            SUMS,
            "here = logits.detach().amax(-1)\n"
            "    sums = (logits - here[..., None]).exp().sum(-1) * (here - largest).exp()\n"
            "    total, wanted = tensor_parallel.reduce_from_ranks(torch.stack([sums, own]), comm)",
        ),
    )

    # --- the target

    mistake(
        "targets_counted_from_zero",
        "Targets are taken for places among this rank's logits. They are numbers in the whole vocabulary.",
        "At which place of the logits of rank 1 is the token `start`?",
        (MINE, "mine = targets < logits.shape[-1]"),
        (PLACE, "place = torch.where(mine, targets, 0)"),
    )
    also(
        "targets_counted_from_zero",
        (MINE, "mine = targets < logits.shape[-1]"),
        (PLACE, "place = torch.where(mine, targets, 0)"),
        LOOKED_UP,
        PUT_BACK,
    )
    mistake(
        "target_on_every_rank",
        "Every rank adds the logit that it has at some place for the target, also where it does not have the target.",
        "What should a rank contribute that does not have the target?",
        (PLACE, "place = (targets - start).clamp(0, logits.shape[-1] - 1)"),
        (OWN, "own = shifted.gather(-1, place[..., None])[..., 0]"),
    )
    mistake(
        "target_not_shared",
        "Only the rank with the target subtracts its logit. The others have a loss that knows nothing of the target.",
        "Which ranks need the logit of the target, and which have it?",
        (SUMS, "total, wanted = tensor_parallel.reduce_from_ranks(shifted.exp().sum(-1), comm), own"),
    )
    also(
        "target_not_shared",
        LOOKED_UP,
        (SUMS, "total, wanted = tensor_parallel.reduce_from_ranks(shifted.exp().sum(-1), comm), own"),
        PUT_BACK,
    )
    mistake(
        "last_token_forgotten",
        "The last token of each rank is taken for the next one's.",
        "Which tokens does a rank have that begins at 6 and has 3?",
        (MINE, MINE.replace("start + logits.shape[-1]", "start + logits.shape[-1] - 1")),
    )
    mistake(
        "sizes_taken_for_equal",
        "Where a rank's tokens begin is computed from its own number of tokens. Ranks may have different numbers.",
        "Where does rank 2 begin, if rank 0 has 4 tokens and rank 1 has 6?",
        (MINE, f"start = comm.rank * logits.shape[-1]\n    {MINE}"),
    )
    also("sizes_taken_for_equal", (MINE, f"start = comm.rank * logits.shape[-1]\n    {MINE}"), LOOKED_UP, PUT_BACK)

    # --- the sum

    mistake(
        "softmax_of_own_tokens",
        "The loss is taken over this rank's tokens only, and so is the softmax in the gradient.",
        "What do the probabilities of one rank's tokens add up to?",
        (SUMS, "total, wanted = shifted.exp().sum(-1), tensor_parallel.reduce_from_ranks(own, comm)"),
    )
    also(
        "softmax_of_own_tokens",
        (
            SUMS,
            "own_losses = torch.where(mine, shifted.exp().sum(-1).log() - own, 0.0)\n"
            "    losses = tensor_parallel.reduce_from_ranks(own_losses, comm)",
        ),
        (RETURNED, "return losses"),
    )
    mistake(
        "logarithms_added_up",
        "Each rank takes the logarithm of its own sum, and these are added up. A sum of logarithms is that of a "
        "product.",
        "What is log(a + b), and what is log a + log b?",
        (
            SUMS,
            "total, wanted = tensor_parallel.reduce_from_ranks(torch.stack([shifted.exp().sum(-1).log(), own]), comm)",
        ),
        (RETURNED, "return total - wanted"),
    )
    also(
        "logarithms_added_up",
        LOOKED_UP,
        (
            SUMS,
            "total, wanted = tensor_parallel.reduce_from_ranks(torch.stack([logits.logsumexp(-1), own]), comm)",
        ),
        (RETURNED, "return total - wanted"),
    )
    mistake(
        "losses_averaged",
        "The ranks' cross-entropies are averaged, as in data parallelism. There each rank has another text. "
        "Here each has other terms of one sum.",
        "What does a rank know of a target that it does not have?",
        (
            SUMS,
            "own_losses = shifted.exp().sum(-1).log() - own\n"
            "    losses = tensor_parallel.reduce_from_ranks(own_losses, comm) / comm.world_size",
        ),
        (RETURNED, "return losses"),
    )
    also(
        "losses_averaged",
        LOOKED_UP,
        (SUMS, "losses = tensor_parallel.reduce_from_ranks(logits.logsumexp(-1) - own, comm) / comm.world_size"),
        (RETURNED, "return losses"),
    )

    # --- the gradient, and what is sent

    mistake(
        "left_to_autograd",
        "The sums are all-reduced in plain sight of autograd, which records of it only what this rank has added up. "
        "The losses are right, and most of the gradient is missing.",
        "What does autograd know of numbers that came from another rank?",
        (SUMS, SUMS.replace("reduce_from_ranks", "ring_all_reduce")),
    )
    also(
        "left_to_autograd",
        (SUMS, "total, wanted = (tensor_parallel.ring_all_reduce(x, comm) for x in (shifted.exp().sum(-1), own))"),
    )
    mistake(
        "gradient_added_up_twice",
        "The gradient of the sums is added up over the ranks, though they all have the same loss: it is N times as "
        "large.",
        "How many losses are there, and on how many ranks is each computed?",
        (RETURNED, "return tensor_parallel.copy_to_ranks(total.log() - wanted, comm)"),
    )
    mistake(
        "logits_gathered",
        "All logits are gathered on every rank. They are by far the largest tensor of the model: text times "
        "vocabulary. The loss needs three numbers of each rank for a token.",
        "How many numbers do you send for a token, if the vocabulary has 50,000?",
        (
            LARGEST,
            "width = int(all_gather(torch.tensor([start + logits.shape[-1]]), comm).max())\n"
            "    whole = logits.new_zeros(*logits.shape[:-1], width)\n"
            "    whole[..., start : start + logits.shape[-1]] = logits\n"
            "    whole = tensor_parallel.reduce_from_ranks(whole, comm)\n"
            "    return whole.logsumexp(-1) - whole.gather(-1, targets[..., None])[..., 0]",
        ),
    )
    mistake(
        "logits_changed_in_place",
        "The largest is subtracted from the logits themselves. Whoever reads them afterwards finds others.",
        "Who else might want to read the logits: to sample from them, say?",
        (SHIFTED, "with torch.no_grad():\n        logits -= largest[..., None]\n    shifted = logits"),
    )
    mistake(
        "probability_for_loss",
        "The result is the log-probability of the target, and not its negative.",
        "Should the loss be above or below zero?",
        (RETURNED, "return wanted - total.log()"),
    )
