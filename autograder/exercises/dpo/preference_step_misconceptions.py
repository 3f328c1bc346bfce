"""What goes wrong in a step on pairs."""

from __future__ import annotations

from autograder.exercise import Judgement

TOKENS = 'tokens = torch.cat([pairs["chosen"], pairs["rejected"]])'
MASK = 'mask = torch.cat([pairs["chosen_mask"], pairs["rejected_mask"]])'
READ = "log_probs = sequence_log_prob(sequence_log_probs(model(tokens), tokens), mask)"
CHUNK = "    return chosen, rejected"
REFERENCE = """    with torch.no_grad():
        ref_chosen, ref_rejected = pair_log_probs(reference, pairs)
"""
LOSS = "loss = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)"
ZERO, BACKWARD, STEP = "    optimizer.zero_grad()\n", "    loss.backward()\n", "    optimizer.step()\n"
NUMBERS = "**preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta)"
RETURNED = "    return {\n"


def add_misconceptions(preference_step: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        preference_step.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        preference_step.another_form(identity, edits=edits)

    mistake(
        "reference_gets_gradients",
        "The reference is read with a gradient. If its log-probs also go into the loss with one, its parameters "
        "collect gradients, and a step of an optimizer that has them would move it.",
        "What is the reference there for, and what does `torch.no_grad` do?",
        (REFERENCE, "    ref_chosen, ref_rejected = pair_log_probs(reference, pairs)\n"),
        (
            LOSS,
            "loss = torch.nn.functional.softplus(-beta * (chosen - ref_chosen - rejected + ref_rejected)).mean()",
        ),
    )
    mistake(
        "reference_is_the_policy",
        "The policy is its own reference: every margin is 0 in every step, and the loss stays at ln 2.",
        "Where does the loss know how far the policy has gone?",
        (REFERENCE, REFERENCE.replace("reference,", "policy,")),
    )
    mistake(
        "no_reference",
        "The reference is not used.",
        "What should the loss be at the start, whatever the texts?",
        (LOSS, "loss = dpo_loss(chosen, rejected, 0 * ref_chosen, 0 * ref_rejected, beta)"),
    )
    mistake(
        "models_swapped",
        "Policy and reference have changed places in the loss: the reference's log-probs stand for the policy's.",
        "Whose log-probs have to depend on the weights that the optimizer moves?",
        (
            LOSS,
            "loss = dpo_loss(ref_chosen, ref_rejected, chosen, rejected, beta) + 0.0 * (chosen + rejected).sum()",
        ),
        (NUMBERS, "**preference_numbers(ref_chosen, ref_rejected, chosen, rejected, beta)"),
    )
    mistake(
        "pairs_swapped",
        "The step makes the rejected texts likelier than the chosen ones.",
        "In which order does `pair_log_probs` give the two, and in which does `dpo_loss` take them?",
        (LOSS, "loss = dpo_loss(rejected, chosen, ref_rejected, ref_chosen, beta)"),
    )
    mistake(
        "one_mask_for_both",
        "Both texts of a pair are read with the mask of the chosen one. They end in different places.",
        "Whose completion does `rejected_mask` mark?",
        (MASK, MASK.replace("rejected_mask", "chosen_mask")),
    )
    mistake(
        "mask_ignored",
        "All tokens count. The prompt's part is the same in both texts and would cancel; that of the pads does not.",
        "Which tokens are the completion?",
        (READ, READ.replace(", mask)", ", torch.ones_like(mask))")),
    )
    mistake(
        "multiplied_by_the_mask",
        "Log-probs are multiplied by the mask. That of a pad may be −∞, and −∞ · 0 is NaN.",
        "Which operation chooses a 0 without computing with what it replaces?",
        (READ, "log_probs = (sequence_log_probs(model(tokens), tokens) * mask).sum(dim=1)"),
    )
    mistake(
        "mean_over_the_tokens",
        "Each text has the mean of its tokens' log-probs. The margin shrinks by the length, and β with it.",
        "What is the log-prob of a text: a sum or a mean?",
        (READ, f"{READ} / mask.sum(dim=1)"),
    )
    mistake(
        "predicts_what_it_has_read",
        "The logits of a position are read for the token that stands there; they are for the one after it.",
        "Which tokens has the model read at position t?",
        (
            READ,
            "logits = model(tokens).log_softmax(dim=-1)[:, 1:]\n"
            "    log_probs = sequence_log_prob(logits.gather(-1, tokens[:, 1:, None]).squeeze(-1), mask)",
        ),
    )
    mistake(
        "texts_interleaved",
        "The batch of both sides is taken apart in another way than it was put together: pairs are mixed up.",
        "Where do the chosen texts stand in `torch.cat([chosen, rejected])`?",
        ("chosen, rejected = log_probs.chunk(2)", "chosen, rejected = log_probs[0::2], log_probs[1::2]"),
    )
    also(
        "texts_interleaved",
        (TOKENS, 'tokens = torch.stack([pairs["chosen"], pairs["rejected"]], dim=1).flatten(0, 1)'),
        (MASK, 'mask = torch.stack([pairs["chosen_mask"], pairs["rejected_mask"]], dim=1).flatten(0, 1)'),
    )
    mistake(
        "read_without_a_gradient",
        "The policy is read without a gradient, so its log-probs cannot be learned from.",
        "Which of the two models is to learn?",
        ("def pair_log_probs", "@torch.no_grad()\ndef pair_log_probs"),
        (BACKWARD, ""),
    )
    mistake(
        "price_ignored",
        "β is not handed on.",
        "Where does β enter the loss, and where the rewards that are told?",
        (LOSS, LOSS.replace("beta", "0.1")),
        (NUMBERS, NUMBERS.replace("beta", "0.1")),
    )
    in_nats = (LOSS, LOSS.replace("beta", "1.0")), (NUMBERS, NUMBERS.replace("beta", "1.0"))
    also("price_ignored", *in_nats)
    for edit in in_nats:
        also("price_ignored", edit)
    mistake(
        "gradients_pile_up",
        "The gradients are not set to zero: a step also takes those of the step before, and whatever was there.",
        "What does backward do to a `.grad` that is already there?",
        (ZERO, ""),
    )
    mistake(
        "zeroed_after_backward",
        "The gradients are set to zero between `backward` and `step`: the step finds nothing.",
        "What does the optimizer read when it makes its step?",
        (ZERO, ""),
        (BACKWARD, BACKWARD + ZERO),
    )
    mistake(
        "no_step",
        "The optimizer makes no step.",
        "Which call changes the weights?",
        (STEP, ""),
    )
    mistake(
        "one_step_for_each_side",
        "Two steps are made: one for the chosen texts and one for the rejected ones.",
        "How many steps is one call to make?",
        (
            BACKWARD + STEP,
            "    dpo_loss(chosen, rejected.detach(), ref_chosen, ref_rejected, beta).backward(retain_graph=True)\n"
            + STEP
            + ZERO
            + "    chosen_again, rejected_again = pair_log_probs(policy, pairs)\n"
            "    dpo_loss(chosen_again.detach(), rejected_again, ref_chosen, ref_rejected, beta).backward()\n" + STEP,
        ),
    )
    mistake(
        "told_after_the_step",
        "The numbers are those after the step.",
        "What should the accuracy be that is told of the very first step?",
        (
            RETURNED,
            "    with torch.no_grad():\n        chosen, rejected = pair_log_probs(policy, pairs)\n"
            f"        {LOSS}\n{RETURNED}",
        ),
    )
    mistake(
        "sums_for_means",
        "The log-probs that are told are summed over the pairs.",
        "What should happen to the numbers if every pair came twice?",
        ("chosen.mean()", "chosen.sum()"),
        ("rejected.mean()", "rejected.sum()"),
    )
    mistake(
        "tensors_for_floats",
        "The numbers that are told are tensors.",
        "What does json.dumps say to a tensor?",
        ("loss.item()", "loss.detach()"),
        ("chosen.mean().item()", "chosen.mean().detach()"),
        ("rejected.mean().item()", "rejected.mean().detach()"),
    )
    mistake(
        "turns_on_dropout",
        "The policy is put into training mode. Where it has dropout, its log-probs change by chance, and the loss is "
        "not ln 2 at the start.",
        "Who should decide on the mode of a model: the step, or the one who calls it?",
        (
            "    chosen, rejected = pair_log_probs(policy, pairs)\n",
            "    policy.train()\n    chosen, rejected = pair_log_probs(policy, pairs)\n",
        ),
    )
