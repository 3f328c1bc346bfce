"""What goes wrong in an update of PPO for text."""

from __future__ import annotations

from autograder.exercise import Judgement

OLD = 'part["mask"], part["log_probs"][part["mask"]]'
LOG_PROBS = 'sequence_log_probs(logits, part["tokens"])[mask]'
SURROGATE = 'clipped_surrogate(log_probs, old_log_probs, part["advantages"][mask], clip)'
VALUES, RETURNS = "values[:, :-1][mask]", 'part["returns"][mask]'
SQUARE = f"({VALUES} - {RETURNS}).square()"
VALUE_LOSS = f"0.5 * {SQUARE}.mean()"
LOSS = "policy_loss + value_coef * value_loss"
ZERO, STEP = "        optimizer.zero_grad()\n", "        optimizer.step()\n"
BACKWARD = f"        ({LOSS}).backward()\n"
RATIO = "ratio = (log_probs - old_log_probs).exp()"
SHARE = "(ratio.clamp(1 - clip, 1 + clip) != ratio).float().mean()"
KL = "approx_kl(log_probs, old_log_probs)[2].mean()"
ITEM = "value.item()"
APPENDED = "        records.append({name: value.item() for name, value in found.items()})\n    return records"

A = 'part["advantages"][mask]'
R = "(log_probs - old_log_probs).exp()"
CLIPPED = f"{R}.clamp(1 - clip, 1 + clip)"
# Everything with all its columns, pads included.
FULL = 'sequence_log_probs(logits, part["tokens"])'
ALL_RATIOS, ALL = f"({FULL} - part['log_probs']).exp()", "part['advantages']"


def by_text(reduced: str) -> tuple[str, str]:
    """The surrogate with one ratio for each text: `reduced` makes a text's log-ratio of those of its tokens."""
    return (
        f"_surrogate_of_texts({FULL}, part, clip)",
        "\n\n\ndef _surrogate_of_texts(log_probs, part, clip):\n"
        '    kept = part["mask"]\n'
        '    difference = torch.where(kept, log_probs - part["log_probs"], 0.0)\n'
        f"    ratio = {reduced}.exp().expand(kept.shape)[kept]\n"
        '    a = part["advantages"][kept]\n'
        "    return -torch.minimum(ratio * a, ratio.clamp(1 - clip, 1 + clip) * a).mean()",
    )


def multiplied(arriving: str = "") -> tuple[tuple[str, str], ...]:
    """All columns are computed and multiplied by the mask before each mean, and if asked for as they arrive too."""

    def mean(x: str) -> str:
        return f"({x} * mask).sum() / mask.sum()"

    return (
        (OLD, f'part["mask"], part["log_probs"]{arriving}'),
        (LOG_PROBS, f"{FULL}{arriving}"),
        (SURROGATE, mean(f"-torch.minimum({R} * {ALL}, {CLIPPED} * {ALL})")),
        (VALUE_LOSS, "0.5 * " + mean('(values[:, :-1] - part["returns"]).square()')),
        (SHARE, mean("((ratio - 1).abs() > clip)")),
        (KL, mean("approx_kl(log_probs, old_log_probs)[2]")),
    )


def add_misconceptions(update: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        update.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        update.another_form(identity, edits=edits)

    mistake(
        "ratio_to_itself",
        "The ratio is taken to the log-probs of this very step: it is always 1, and nothing is ever clipped.",
        "Whose log-probs does the batch bring, and when were they computed?",
        (OLD, 'part["mask"], None'),
        (f"{LOG_PROBS}  # (kept tokens,)", f"{LOG_PROBS}\n        old_log_probs = log_probs.detach()"),
    )
    mistake(
        "gradient_cancels",
        "The old log-probs are not data: the gradient of exp(log π − log π) is 0, and only the values learn.",
        "What is the derivative of exp(x − x)?",
        (SURROGATE, f"-((log_probs - log_probs).exp() * {A}).mean()"),
    )
    also("gradient_cancels", (SURROGATE, SURROGATE.replace("(log_probs,", "(log_probs.detach(),")))
    mistake(
        "climbs_down",
        "The surrogate is minimised: tokens with a positive advantage become less likely.",
        "An optimizer goes downhill. Which sign has what it should be given?",
        (SURROGATE, f"-{SURROGATE}"),
    )
    mistake(
        "maximum_for_minimum",
        "The larger of the two terms is taken: where the clip should stop the policy, the other term pulls on.",
        "min(ratio · A, clipped · A) is a lower bound. What is the maximum?",
        (SURROGATE, f"-torch.maximum({R} * {A}, {CLIPPED} * {A}).mean()"),
    )
    mistake(
        "never_clipped",
        "Nothing is clipped.",
        "How far may one batch move the probability of a token?",
        (SURROGATE, f"-({R} * {A}).mean()"),
    )
    mistake(
        "clipped_term_alone",
        "Only the clipped term is used, without the minimum: where the policy has moved the *wrong* way beyond the "
        "clip, nothing pulls it back.",
        "A token with a positive advantage has the ratio 0.5. Should it have a gradient?",
        (SURROGATE, f"-({CLIPPED} * {A}).mean()"),
    )
    mistake(
        "log_ratio_for_the_ratio",
        "The difference of log-probs is used as the ratio: it is 0 where nothing has changed, not 1.",
        "What is π/π_old in terms of log π and log π_old?",
        (SURROGATE, f"-torch.minimum({R}.log() * {A}, {R}.log().clamp(-clip, clip) * {A}).mean()"),
    )
    clamped_around_1 = (SURROGATE, f"-torch.minimum({R}.log() * {A}, {R}.log().clamp(1 - clip, 1 + clip) * {A}).mean()")
    also("log_ratio_for_the_ratio", clamped_around_1)
    also(
        "log_ratio_for_the_ratio",
        clamped_around_1,
        (RATIO, RATIO.removesuffix(".exp()")),
        (KL, "(ratio - 1 - (log_probs - old_log_probs)).mean()"),
    )
    mistake(
        "ratio_of_texts",
        "There is one ratio for each text, the product of those of its tokens: it leaves the clip after a few small "
        "changes. Here each token has a ratio of its own.",
        "If each of 16 tokens has a ratio of 1.05, is the text inside a clip of 0.2?",
        (SURROGATE, by_text("difference.sum(dim=1, keepdim=True)")[0]),
        ("    return records", "    return records" + by_text("difference.sum(dim=1, keepdim=True)")[1]),
    )
    mean_of_texts = by_text("(difference.sum(dim=1, keepdim=True) / kept.sum(dim=1, keepdim=True))")
    mistake(
        "mean_ratio_of_texts",
        "There is one ratio for each text, from the mean of its tokens' log-ratios. That is another algorithm; here "
        "each token has a ratio of its own.",
        "Two tokens of a text have the ratios 2 and 0.5. What does their mean tell about either?",
        (SURROGATE, mean_of_texts[0]),
        ("    return records", "    return records" + mean_of_texts[1]),
    )
    mistake(
        "mask_ignored",
        "Prompts and pads count like what the policy wrote.",
        "Which tokens did the policy choose?",
        (OLD, 'torch.ones_like(part["mask"]), part["log_probs"].flatten()'),
    )
    mistake(
        "averaged_over_all_columns",
        "The sums over kept tokens are divided by the number of all columns: the more padding, the smaller the step.",
        "Over how many tokens should the mean be taken?",
        (LOSS, f"({LOSS}) * mask.float().mean()"),
    )
    also("averaged_over_all_columns", (SURROGATE, f"{SURROGATE} * mask.float().mean()"))
    also(
        "averaged_over_all_columns",
        (SURROGATE, f"{SURROGATE} * mask.float().mean()"),
        (VALUE_LOSS, f"{VALUE_LOSS} * mask.float().mean()"),
    )
    mistake(
        "summed",
        "The losses are summed over the tokens: a minibatch of twice the size makes twice the step.",
        "What should happen to the gradient if each text stood twice in the minibatch?",
        (SURROGATE, f"{SURROGATE} * mask.sum()"),
        (VALUE_LOSS, f"{VALUE_LOSS} * mask.sum()"),
    )
    also("summed", (SURROGATE, f"{SURROGATE} * mask.sum() / len(mask)"))
    also(
        "summed",
        (SURROGATE, f"{SURROGATE} * mask.sum() / len(mask)"),
        (VALUE_LOSS, f"{VALUE_LOSS} * mask.sum() / len(mask)"),
    )
    weights = "mask.sum(dim=1, keepdim=True).expand(mask.shape)[mask]"
    mistake(
        "mean_of_means",
        "The mean is taken in each text first, so a token of a short text weighs more than one of a long one.",
        "A text of 1 token and one of 9 are in the minibatch. What is the first one's share of the loss?",
        (SURROGATE, f"-(torch.minimum({R} * {A}, {CLIPPED} * {A}) / {weights}).sum() / len(mask)"),
        (VALUE_LOSS, f"0.5 * ({SQUARE} / {weights}).sum() / len(mask)"),
    )
    also(
        "mean_of_means",
        (SURROGATE, f"-(torch.minimum({R} * {A}, {CLIPPED} * {A}) / {weights}).sum() / len(mask)"),
    )
    mistake(
        "multiplied_by_the_mask",
        "Everything is computed for all columns and then multiplied by the mask. A pad may hold NaN or infinity, and "
        "NaN · 0 is NaN.",
        "What if the columns that count were picked *before* anything is computed?",
        (
            SURROGATE,
            f"-(torch.minimum({ALL_RATIOS} * {ALL}, {ALL_RATIOS}.clamp(1 - clip, 1 + clip) * {ALL}) * mask).sum()"
            " / mask.sum()",
        ),
    )
    also("multiplied_by_the_mask", *multiplied())
    also("multiplied_by_the_mask", *multiplied(' * part["mask"]'))
    mistake(
        "chosen_too_late",
        "The kept entries are chosen after the ratio was computed. The loss is right, but the gradient of what is "
        "thrown away is 0 · NaN, which is NaN.",
        "torch.where chooses in the forward pass. What does its backward pass send into the branch that was not "
        "chosen, and by what is that multiplied there?",
        (
            SURROGATE,
            f"-torch.where(mask, torch.minimum({ALL_RATIOS} * {ALL}, {ALL_RATIOS}.clamp(1 - clip, 1 + clip) * {ALL}), "
            "0.0).sum() / mask.sum()",
        ),
    )
    mistake(
        "value_after_the_token",
        "The values are shifted by one: values[:, t + 1] is of the state after token t + 1, which knows the token.",
        "Position t has read the tokens up to t. Before which token is that?",
        (VALUES, "values[:, 1:][mask]"),
    )
    mistake(
        "half_missing",
        "The value loss is the squared error, without the ½.",
        "What is the derivative of ½x²?",
        (VALUE_LOSS, f"{SQUARE}.mean()"),
    )
    mistake(
        "value_loss_ignored",
        "The value loss has no part in the loss: the value function never learns.",
        "Which parameters should a step move if all advantages are 0?",
        (LOSS, "policy_loss"),
    )
    mistake(
        "coefficient_ignored",
        "value_coef has no effect.",
        "What should the loss be for value_coef = 0?",
        (LOSS, "policy_loss + value_loss"),
    )
    also("coefficient_ignored", (LOSS, "policy_loss + 0.5 * value_loss"))
    mistake(
        "value_loss_negated",
        "The value loss is taken off: the values are driven away from the returns.",
        "Should the squared error rise or fall?",
        (LOSS, "policy_loss - value_coef * value_loss"),
    )
    mistake(
        "broadcast",
        "Values (n,) and returns (n, 1) broadcast to (n, n): every value is compared with every return.",
        "What is the shape of x[:, None] − y?",
        (VALUES, "values[:, :-1][mask][:, None]"),
    )
    mistake(
        "values_learn_the_advantages",
        "The values are fitted to the advantages; they are to predict the returns.",
        "If V is exact, what are the advantages?",
        (RETURNS, A),
    )
    mistake(
        "whitened_again",
        "The advantages are whitened again in each minibatch; they come whitened over the whole batch.",
        "What becomes of a minibatch whose texts are all better than the others?",
        (SURROGATE, SURROGATE.replace(A, f"(({A} - {A}.mean()) / ({A}.std(correction=0) + 1e-8))")),
    )
    mistake(
        "gradients_pile_up",
        "The gradients are never set to zero: each step also takes those of the steps before.",
        "What does backward do to a `.grad` that is already there?",
        (ZERO, ""),
    )
    also("gradients_pile_up", (ZERO, ""), ("    records = []\n", "    records = []\n    optimizer.zero_grad()\n"))
    mistake(
        "one_step_for_all",
        "The gradients of all minibatches are added up for a single step at the end.",
        "How many steps should three minibatches make?",
        (ZERO, ""),
        (STEP, ""),
        ("    records = []\n", "    records = []\n    optimizer.zero_grad()\n"),
        ("    return records", "    optimizer.step()\n    return records"),
    )
    mistake(
        "whole_batch_each_time",
        "Every step takes the whole batch.",
        "Which rows belong to the minibatch?",
        ("batch[name][rows]", "batch[name]"),
    )
    mistake(
        "returns_after_the_first",
        "Only the first minibatch is learned from: the function returns inside its loop.",
        "How many records should three minibatches give?",
        ("    return records", "        return records"),
    )
    mistake(
        "told_after_the_step",
        "The numbers are those of the weights after the step: they should be told of what the step was made from.",
        "What is the share outside the clip before the very first step?",
        (
            f"            {RATIO}\n",
            '            logits, values = model(part["tokens"])\n'
            f"            log_probs = {LOG_PROBS}\n            {RATIO}\n"
            f"            policy_loss = {SURROGATE}\n            value_loss = {VALUE_LOSS}\n",
        ),
    )
    mistake(
        "tensors_in_the_records",
        "The records hold tensors.",
        "What does json.dumps say to a tensor?",
        (ITEM, "value"),
    )
    mistake(
        "one_side_of_the_clip",
        "Only ratios above 1 + clip are counted; below 1 − clip is outside too.",
        "In how many ways can a ratio leave the interval?",
        (SHARE, "(ratio - 1 > clip).float().mean()"),
    )
    mistake(
        "share_that_is_stopped",
        "Counted are the tokens whose gradient the clip stops. Asked for is the share whose ratio is outside, whatever "
        "the advantage.",
        "Does the statement's share depend on the advantages?",
        (SHARE, f"({CLIPPED} * {A} < ratio * {A}).float().mean()"),
    )
    mistake(
        "k1_for_k3",
        "kl is the mean of log π_old − log π (k1), which may be negative on a batch; asked for is k3.",
        "Which of the estimates is never negative, token by token?",
        (KL, KL.replace("[2]", "[0]")),
    )
    mistake(
        "k2_for_k3",
        "kl is half the mean of the squared log-ratio (k2); asked for is k3.",
        "Which of the three estimates is unbiased and never negative?",
        (KL, KL.replace("[2]", "[1]")),
    )
    mistake(
        "divergence_the_other_way",
        "π and π_old have changed places in kl.",
        "Which policy drew the tokens?",
        (KL, "approx_kl(old_log_probs, log_probs)[2].mean()"),
    )
