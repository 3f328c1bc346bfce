"""What goes wrong in GRPO's loss."""

from __future__ import annotations

from autograder.exercise import Judgement

CUT = "log_probs = torch.where(mask, log_probs, old_log_probs)"
UNCUT = (CUT, "pass")
OLD = "old_log_probs = old_log_probs.detach()"
WEIGHTS = "weights = advantages.detach()[:, None]"
RATIO = "ratio = (log_probs - old_log_probs).exp()"
CLIPPED = "ratio.clamp(1.0 - clip_low, 1.0 + clip_high)"
SURROGATE = f"-torch.minimum(ratio * weights, {CLIPPED} * weights)"
REFERENCE = "ref_log_probs.detach()"
DISTANCE = f"d = {REFERENCE} - log_probs"
K3 = "kl_coef * (torch.expm1(d) - d)"
ADDED = f"losses = losses + {K3}"
KEPT = "losses = torch.where(mask, losses, 0.0)"
SEQUENCE = "(losses.sum(1) / mask.sum(1).clamp(min=1)).mean()"
TOKEN = "losses.sum() / mask.sum().clamp(min=1)"
CONSTANT = "losses.sum(1).mean() / max_tokens"


def add_misconceptions(loss: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        loss.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        loss.another_form(identity, edits=edits)

    mistake(
        "climbs_down",
        "The surrogate is minimised: texts that were better than their group become rarer.",
        "An optimizer goes downhill. Which sign has what it should be given?",
        (SURROGATE, SURROGATE.removeprefix("-")),
    )
    mistake(
        "maximum_for_minimum",
        "The larger of the two terms is taken: where the clip should stop the policy, the other term pulls on.",
        "min(ratio · A, clipped · A) is a lower bound. What is the maximum?",
        (SURROGATE, SURROGATE.replace("minimum", "maximum")),
    )
    mistake(
        "never_clipped",
        "Nothing is clipped.",
        "How far may one batch move the probability of a token?",
        (SURROGATE, "-ratio * weights"),
    )
    mistake(
        "clipped_term_alone",
        "Only the clipped term is used, without the minimum: where the policy has moved the *wrong* way beyond the "
        "clip, nothing pulls it back.",
        "A token with a positive advantage has the ratio 0.5. Should it have a gradient?",
        (SURROGATE, f"-{CLIPPED} * weights"),
    )
    mistake(
        "one_width",
        "The clip has the same width on both sides: clip_high has no effect.",
        "How far may a ratio rise, and how far may it fall?",
        (CLIPPED, "ratio.clamp(1.0 - clip_low, 1.0 + clip_low)"),
    )
    also("one_width", (CLIPPED, "ratio.clamp(1.0 - clip_high, 1.0 + clip_high)"))
    mistake(
        "widths_swapped",
        "clip_low and clip_high have changed places.",
        "DAPO lets a ratio rise further than it may fall. Which of the two is then the larger?",
        (CLIPPED, "ratio.clamp(1.0 - clip_high, 1.0 + clip_low)"),
    )
    mistake(
        "log_ratio_for_the_ratio",
        "The difference of log-probs is used as the ratio: it is 0 where nothing has changed, not 1.",
        "What is π/π_old in terms of log π and log π_old?",
        (RATIO, RATIO.removesuffix(".exp()")),
    )
    mistake(
        "gradient_cancels",
        "The ratio has no gradient: the log-probs are taken to themselves, or detached. The loss looks as it should, "
        "and nothing is learned.",
        "What is the derivative of exp(x − x)?",
        (RATIO, "ratio = (log_probs - old_log_probs).exp().detach() + 0.0 * log_probs"),
    )
    also("gradient_cancels", (RATIO, "ratio = (log_probs - old_log_probs).exp().detach()"))
    mistake(
        "ratio_to_itself",
        "The ratio is taken to the log-probs of this very step: it is always 1, and nothing is ever clipped.",
        "Whose log-probs does `old_log_probs` bring, and when were they computed?",
        (RATIO, "ratio = (log_probs - log_probs.detach()).exp()"),
    )
    text_ratio = "(log_probs - old_log_probs).sum(dim=1, keepdim=True)"
    mistake(
        "ratio_of_texts",
        "There is one ratio for each text, the product of those of its tokens: it leaves the clip after a few small "
        "changes. Here each token has a ratio of its own.",
        "If each of 16 tokens has a ratio of 1.05, is the text inside a clip of 0.2?",
        (RATIO, f"ratio = {text_ratio}.exp().expand(mask.shape)"),
    )
    mistake(
        "mean_ratio_of_texts",
        "There is one ratio for each text, from the mean of its tokens' log-ratios. That is another algorithm (GSPO); "
        "here each token has a ratio of its own.",
        "Two tokens of a text have the ratios 2 and 0.5. What does their mean tell about either?",
        (
            RATIO,
            f"ratio = ({text_ratio} / mask.sum(dim=1, keepdim=True).clamp(min=1)).exp().expand(mask.shape)",
        ),
    )
    mistake(
        "always_sequence",
        "Every aggregation averages over each text first. A token of a long text then weighs less than one of a short "
        "text, whatever is asked for.",
        "Two texts have 10 and 100 tokens. What is the first one's share of the loss under each of the three?",
        (f"return {TOKEN}", f"return {SEQUENCE}"),
        (f"return {CONSTANT}", f"return {SEQUENCE}"),
    )
    also("always_sequence", (f"return {TOKEN}", f"return {SEQUENCE}"))
    mistake(
        "always_token",
        "The mean over texts is taken over all tokens at once: a long text weighs more than a short one.",
        "Two texts have 10 and 100 tokens. What is the first one's share of the loss if each text is averaged first?",
        (SEQUENCE, TOKEN),
    )
    mistake(
        "divided_by_all_columns",
        "The sums over kept tokens are divided by the number of all columns: the more padding, the smaller the step.",
        "Over how many tokens should the mean of a text be taken?",
        (SEQUENCE, "losses.mean()"),
        (TOKEN, "losses.sum() / mask.numel()"),
    )
    also("divided_by_all_columns", (SEQUENCE, "losses.mean()"))
    also("divided_by_all_columns", (TOKEN, "losses.sum() / mask.numel()"))
    mistake(
        "columns_for_the_constant",
        "The constant is taken to be the number of columns. It is max_tokens, however wide this batch is.",
        "What becomes of the gradient if the same texts are padded with ten more columns?",
        (CONSTANT, "losses.sum(1).mean() / mask.shape[1]"),
    )
    mistake(
        "constant_ignored",
        "max_tokens has no effect.",
        'By what is the sum of a text divided under "constant"?',
        (CONSTANT, "losses.sum(1).mean()"),
    )
    mistake(
        "summed_over_texts",
        "The texts are summed, not averaged: a batch of twice the size makes twice the step.",
        "What should happen to the gradient if each text stood twice in the batch?",
        (SEQUENCE, SEQUENCE.replace(".mean()", ".sum()")),
        (CONSTANT, "losses.sum() / max_tokens"),
    )
    also("summed_over_texts", (SEQUENCE, SEQUENCE.replace(".mean()", ".sum()")))
    also("summed_over_texts", (CONSTANT, "losses.sum() / max_tokens"))
    mistake(
        "empty_texts_left_out",
        "Texts that keep nothing are left out of the mean over texts; they count, with a loss of 0.",
        "By how many texts is the sum divided, if one of eight keeps nothing?",
        (SEQUENCE, "(losses.sum(1) / mask.sum(1).clamp(min=1)).sum() / mask.any(dim=1).sum().clamp(min=1)"),
        (CONSTANT, "losses.sum() / mask.any(dim=1).sum().clamp(min=1) / max_tokens"),
    )
    also(
        "empty_texts_left_out",
        (SEQUENCE, "(losses.sum(1) / mask.sum(1).clamp(min=1)).sum() / mask.any(dim=1).sum().clamp(min=1)"),
    )
    mistake(
        "nothing_kept",
        "A text that keeps nothing is divided by 0, and one NaN makes the whole loss NaN.",
        "What is the mean of no numbers, and what should it be here?",
        (SEQUENCE, SEQUENCE.replace(".clamp(min=1)", "")),
        (TOKEN, TOKEN.replace(".clamp(min=1)", "")),
    )
    also("nothing_kept", (SEQUENCE, SEQUENCE.replace(".clamp(min=1)", "")))
    also("nothing_kept", (TOKEN, TOKEN.replace(".clamp(min=1)", "")))
    mistake(
        "mask_ignored",
        "Prompts and pads count like what the policy wrote.",
        "Which tokens did the policy choose?",
        (CUT, "mask = torch.ones_like(mask)"),
    )
    mistake(
        "multiplied_by_the_mask",
        "The table of losses is multiplied by the mask. A pad may hold NaN or infinity, and NaN · 0 is NaN.",
        "What if the columns that do not count were replaced *before* anything is computed?",
        UNCUT,
        (KEPT, "losses = losses * mask"),
    )
    also("multiplied_by_the_mask", (KEPT, "losses = losses * mask"))
    mistake(
        "chosen_too_late",
        "The kept losses are chosen after the ratio was computed. The loss is right, but the gradient of what is "
        "thrown away is 0 · NaN, which is NaN.",
        "torch.where chooses in the forward pass. What does its backward pass send into the branch that was not "
        "chosen, and by what is that multiplied there?",
        UNCUT,
    )
    apart = [(f"return {way}", f"return {way} + penalty") for way in (SEQUENCE, TOKEN, CONSTANT)]
    apart.append((RATIO, f"penalty = 0.0\n    {RATIO}"))
    mistake(
        "penalty_averaged_apart",
        "The penalty is averaged by itself, over all columns with their pads or over all kept tokens, and not as the "
        "rest of the loss is.",
        "The loss of a token has two terms. By what is each of them divided under the three aggregations?",
        (ADDED, f"penalty = torch.where(mask, {K3}, 0.0).mean()"),
        *apart,
    )
    also(
        "penalty_averaged_apart",
        (ADDED, f"penalty = torch.where(mask, {K3}, 0.0).sum() / mask.sum().clamp(min=1)"),
        *apart,
    )
    mistake(
        "penalty_sign",
        "The penalty is taken off the loss: the policy is paid for leaving the reference.",
        "Should the loss rise or fall with the distance?",
        (ADDED, f"losses = losses - {K3}"),
    )
    mistake(
        "penalty_ignored",
        "There is no penalty: the policy may go anywhere.",
        "What should be added for a token at which π and π_ref differ?",
        (ADDED, "losses = losses + 0.0 * d"),
    )
    mistake(
        "coefficient_ignored",
        "kl_coef has no effect.",
        "What should the penalty be for kl_coef = 0?",
        (ADDED, "losses = losses + (torch.expm1(d) - d)"),
    )
    mistake(
        "distance_the_other_way",
        "π and π_ref have changed places in the penalty: e^d is π/π_ref there, not π_ref/π.",
        "Which of the two policies wrote the texts, and whose probability stands in the numerator?",
        (DISTANCE, f"d = log_probs - {REFERENCE}"),
    )
    mistake(
        "log_ratio_as_penalty",
        "The penalty is log π − log π_ref (k1). As a loss its mean gradient is 0 on the policy's own texts: it "
        "restrains nothing.",
        "What is the mean of ∇ log π over texts that π has written?",
        (K3, "kl_coef * -d"),
    )
    mistake(
        "squared_penalty",
        "The penalty is half the squared log-ratio (k2); GRPO's is e^d − 1 − d (k3).",
        "Which of the estimates is unbiased, and never negative?",
        (K3, "kl_coef * d.square() / 2"),
    )
    mistake(
        "penalty_of_the_old_policy",
        "The penalty is computed from the old log-probs: it is a constant, and restrains nothing.",
        "Which log-probs does the gradient go through?",
        (DISTANCE, f"d = {REFERENCE} - old_log_probs"),
    )
    mistake(
        "penalty_under_the_clip",
        "The penalty is taken off the advantage, so it is multiplied by the ratio and clipped with it. In GRPO it is a "
        "term of its own.",
        "A token's ratio has left the clip. Should it still be pulled towards the reference?",
        (
            SURROGATE,
            "0.0\n    if ref_log_probs is not None:\n"
            f"        d = {REFERENCE} - log_probs\n"
            f"        weights = weights - {K3}\n"
            f"    losses = {SURROGATE}",
        ),
        (f"        {DISTANCE}\n        {ADDED}\n", "        pass\n"),
    )
    mistake(
        "not_detached",
        "A gradient comes from the loss to the old log-probs or the advantages. Both are data: they were found before "
        "the update.",
        "With old_log_probs = log_probs, not detached: what is the gradient of the ratio?",
        (OLD, "pass"),
        (WEIGHTS, WEIGHTS.replace(".detach()", "")),
        (REFERENCE, "ref_log_probs"),
    )
    also("not_detached", (OLD, "pass"))
    also("not_detached", (WEIGHTS, WEIGHTS.replace(".detach()", "")))
    mistake(
        "accepts_any_name",
        "An aggregation that is misspelt is taken for another one, in silence.",
        'What should happen for "sequnce"?',
        ('case "constant":', "case _:"),
    )
