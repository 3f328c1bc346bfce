"""What goes wrong in `text.diagnostics`: its misconceptions, most of them edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

PROBS, CHOSEN = (
    "probs = log_distribution[mask].double().exp()",
    "log_probs[mask].double(), old_log_probs[mask].double()",
)
BOUNDS = "[(probs ** (1 - s)).sum(1).log().sum() + s * chosen.sum() for s in (0.5, -0.5)]"
IDEAL = "torch.where(mask, -weights.double().reshape(len(weights), -1), 0.0)"
AGREEMENT = "torch.corrcoef(both)[0, 1].item() if varied else 0.0"


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
        judgement.misconception(identity, edits=edits, source=source, message=message, question=question)

    mistake(
        "mask_ignored",
        "The mask has no effect on the distributions' numbers: what does not count is looked at too.",
        "What may stand at a position that the mask leaves out?",
        (PROBS, "probs = log_distribution.flatten(0, 1).double().exp()"),
        (CHOSEN, "log_probs.flatten().double(), old_log_probs.flatten().double()"),
    )
    mistake(
        "signed_error",
        "The sums are compared with one without the absolute value: a sum that is too small never shows.",
        "What is the largest of −0.5 and 0.001, and which of the two is the larger error?",
        ("(probs.sum(1) - 1).abs().max()", "(probs.sum(1) - 1).max()"),
    )
    mistake(
        "mean_error",
        "The error of the sums is averaged, so that one bad position hides among many.",
        "Which of a thousand positions should be reported?",
        ("(probs.sum(1) - 1).abs().max()", "(probs.sum(1) - 1).abs().mean()"),
    )
    mistake(
        "normalised_first",
        "The distribution goes through a softmax before it is looked at, which makes it sum to one whatever came in.",
        "If a check repairs what it checks, what can it still find?",
        (PROBS, "probs = log_distribution[mask].double().softmax(dim=-1)"),
    )
    mistake(
        "log_of_zero",
        "The entropy is NaN where a token has probability 0.",
        "What is p log p as p goes to 0, and what is 0 · (−inf) in floating point?",
        ("-torch.xlogy(probs, probs).sum(1)", "-(probs * probs.log()).sum(1)"),
    )
    mistake(
        "surprise_sign",
        "The sign of the surprise is turned round: it is positive for tokens that are less likely than on average.",
        "Is −log π of an unlikely token above or below the entropy?",
        ("(-chosen - entropy)", "(chosen + entropy)"),
    )
    mistake(
        "surprise_without_entropy",
        "The surprise is the mean of −log π(token) alone. Without the entropy beside it, nobody can say if that is "
        "much.",
        "What is the expectation of −log π(a) when a is drawn from π?",
        ("(-chosen - entropy)", "(-chosen)"),
    )
    mistake(
        "difference_for_ratio",
        "The difference of the log-probs is taken for the ratio less one; it is so only for small ones.",
        "What is the ratio of two probabilities whose logs differ by 1?",
        ("((chosen - old).exp() - 1).abs()", "(chosen - old).abs()"),
    )
    mistake(
        "ratio_of_logs",
        "The log-probs are divided by each other; the ratio is that of the probabilities.",
        "What is π/π_old in terms of log π and log π_old?",
        ("((chosen - old).exp() - 1)", "(chosen / old - 1)"),
    )
    mistake(
        "ratio_inverted",
        "The ratio is π_old/π, the wrong way round.",
        "Which policy is the numerator?",
        ("((chosen - old).exp() - 1)", "((old - chosen).exp() - 1)"),
    )
    mistake(
        "one_sided_chance",
        "Only tokens that are too unlikely show. Text drawn at a low temperature is too likely, and passes.",
        "Which sign of s makes likely tokens raise the product?",
        ("for s in (0.5, -0.5)", "for s in (0.5,)"),
    )
    mistake(
        "chance_of_one_token",
        "The bound is averaged over the tokens. The chances of independent tokens multiply, so their logs add up.",
        "How does the chance of a run of unlikely tokens change with its length?",
        (BOUNDS, BOUNDS.replace(".log().sum()", ".log().mean()").replace("chosen.sum()", "chosen.mean()")),
    )
    mistake(
        "power_of_s",
        "The mean of π(token)^(−s) is taken as Σ p^(−s); each term has to be weighted by its own probability.",
        "How is the mean of f(a) written for a drawn from π?",
        ("(probs ** (1 - s))", "(probs ** (-s))"),
    )
    mistake(
        "above_certainty",
        "The bound is not cut at 0, so it claims chances above one.",
        "What does an upper bound of 12 on a probability say?",
        ("min(0.0, *(bound.item() for bound in log_bounds))", "min(bound.item() for bound in log_bounds)"),
    )
    mistake(
        "calls_backward",
        "The gradient is made by `backward()`, which adds to the `.grad` of everything, and frees the graph.",
        "What do the parameters hold when the loop itself calls `backward()` afterwards?",
        source="""
taken = gradient_numbers


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    numbers = taken(loss, log_probs, old_log_probs, weights, mask)
    if loss.requires_grad:
        loss.backward()
    return numbers
""",
    )
    mistake(
        "frees_the_graph",
        "The graph is freed on the way: the loop's own `backward()` then fails.",
        "What does `retain_graph` keep, and who needs it afterwards?",
        source="""
taken = gradient_numbers


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    numbers = taken(loss, log_probs, old_log_probs, weights, mask)
    if loss.requires_grad and log_probs.requires_grad:
        torch.autograd.grad(loss, [log_probs], allow_unused=True)
    return numbers
""",
    )
    mistake(
        "fails_without_a_path",
        "Where the loss does not depend on a tensor, this raises; that there is no path is just what is to be found.",
        "What does autograd.grad do with a tensor that does not require a gradient?",
        ("if loss.requires_grad and x.requires_grad:", "if True:"),
    )
    judgement.another_form("fails_without_a_path", edit=("materialize_grads=True", "allow_unused=False"))
    mistake(
        "ideal_without_minus",
        "The gradient is compared with +weight. A loss is minimised: where the weight is positive its gradient is "
        "negative.",
        "Which sign has ∂(−w · log π)/∂ log π?",
        (IDEAL, IDEAL.replace("-weights", "weights")),
    )
    mistake(
        "ideal_unmasked",
        "The gradient is compared with the weights of all tokens, also of those that do not count.",
        "What is the ideal gradient at a token that the mask leaves out?",
        (IDEAL, "-weights.double().reshape(len(weights), -1).expand(mask.shape)"),
    )
    mistake(
        "one_angle_for_the_batch",
        "One angle is taken over the whole batch. A loss that averages over each text's own length then looks wrong.",
        "Which norms are multiplied: those of the batch, or those of each sequence?",
        ("(gradient.norm(2, 1) * ideal.norm(2, 1)).sum().item()", "(gradient.norm() * ideal.norm()).item()"),
    )
    mistake(
        "mean_of_cosines",
        "The cosines of the sequences are averaged with equal weight, and those of length 0 spoil the mean.",
        "A sequence without weight says nothing about the direction. How much should it count?",
        (
            "(gradient * ideal).sum().item() / sizes if sizes else 0.0",
            "nn.functional.cosine_similarity(gradient, ideal, dim=1).mean().item()",
        ),
    )
    mistake(
        "outside_not_a_share",
        "The norm outside the mask is given as it is; a share of the whole norm was asked for.",
        "Is 10⁻⁵ much? Of what?",
        ("gradient[~mask].norm().item() / norm if norm else 0.0", "gradient[~mask].norm().item()"),
    )
    mistake(
        "inside_for_outside",
        "The share of the gradient inside the mask is given, where that outside was asked for.",
        "Which tokens does ~mask choose?",
        ("gradient[~mask].norm()", "gradient[mask].norm()"),
    )
    mistake(
        "old_log_probs_forgotten",
        "Only the gradient by the weights is looked at; old log-probs that were not detached make a ratio that is "
        "constant.",
        "Through which two tensors must no gradient flow?",
        (
            "(gradient_by(weights), gradient_by(old_log_probs))",
            "(gradient_by(weights),)",
        ),
    )
    mistake(
        "weights_forgotten",
        "Only the gradient by the old log-probs is looked at; through the weights it would reach the baseline.",
        "Through which two tensors must no gradient flow?",
        (
            "(gradient_by(weights), gradient_by(old_log_probs))",
            "(gradient_by(old_log_probs),)",
        ),
    )
    mistake(
        "sample_deviation",
        "The variance is divided by the number of tokens less one, where their number was asked for.",
        "What is the standard deviation of a single number, by either formula?",
        ("std(correction=0)", "std()"),
    )
    mistake(
        "weights_of_all_tokens",
        "Mean and deviation are of all tokens, also those that do not count.",
        "How large would the mean of the weights be, were a batch mostly padding?",
        ("weights[mask].mean()", "weights.mean()"),
        ("weights[mask].std(", "weights.std("),
    )
    mistake(
        "one_weight_for_each_sequence",
        "Weights (batch,) are averaged over the sequences, where each counts once for each of its tokens.",
        "How often does the weight of a sequence of ten tokens stand in the loss?",
        (
            "weights = weights.double()",
            "once = weights.double()[mask.any(1) if weights.dim() == 1 else mask]\n    weights = weights.double()",
        ),
        ("weights[mask].mean()", "once.mean()"),
        ("weights[mask].std(", "once.std("),
    )
    mistake(
        "agreement_of_sums",
        "The weights of a sequence are summed instead of averaged, so a long one seems better than a short one.",
        "Two sequences have the same reward and lengths 2 and 10. Should their weights look different?",
        ("weights[b, keep].mean()", "weights[b, keep].sum()"),
    )
    mistake(
        "covariance",
        "The covariance is given, whose size depends on the units of rewards and weights.",
        "Between which numbers does a correlation lie?",
        ("torch.corrcoef(both)[0, 1]", "torch.cov(both)[0, 1]"),
    )
    mistake(
        "undefined_agreement",
        "Where all rewards or all weights are equal, the correlation is 0/0.",
        "What should be said of a batch in which every text earned the same?",
        (AGREEMENT, "torch.corrcoef(both)[0, 1].item()"),
    )
    mistake(
        "short_texts_count",
        "Texts of fewer than four tokens count too; a text of one token repeats itself wholly.",
        "What is the share of the commonest token in a text of one?",
        (" if keep.sum() >= 4", " if keep.sum() > 0"),
    )
    judgement.another_form("short_texts_count", edit=(" if keep.sum() >= 4", " if keep.sum() >= 3"))
    mistake(
        "more_than_four",
        "Texts of exactly four tokens are left out.",
        "Does “at least 4” include 4?",
        ("keep.sum() >= 4", "keep.sum() > 4"),
    )
    mistake(
        "texts_with_padding",
        "The texts are compared with all that stands behind their end.",
        "Are two texts different if only their padding is?",
        ("tuple(tokens[b, keep].tolist())", "tuple(tokens[b].tolist())"),
    )
    mistake(
        "commonest_of_the_batch",
        "The commonest token of the whole batch is counted; repetition is meant within each text.",
        "Are texts degenerate if each begins with the same token and goes on in its own way?",
        (
            "shares = [max(text.count(token) for token in set(text)) / len(text) for text in texts]",
            "everything = [token for text in texts for token in text]\n"
            "    shares = [max(everything.count(token) for token in set(everything)) / len(everything)] if texts else "
            "[]",
        ),
    )
    mistake(
        "distinct_share",
        "The number of different texts is divided by that of all, which is not 0 where all are alike.",
        "What should variety be for two equal texts?",
        ("1 - (len(texts) - len(set(texts))) / max(len(texts) - 1, 1)", "len(set(texts)) / max(len(texts), 1)"),
    )
    mistake(
        "alarm_without_weights",
        "A batch with weights of 0 is blamed for having no gradient; there was nothing to learn from it.",
        "What is the right gradient where every text earned the same?",
        ("some_weight and not some_gradient", "not some_gradient"),
    )
    mistake(
        "centred_in_one_direction",
        "Only weights that are too large on average show; rewards that are all negative push one way as well.",
        "What do weights of −5 and −6 do to everything that is written?",
        ('abs(numbers["weight_mean"])', 'numbers["weight_mean"]'),
    )
    mistake(
        "astray_means_flipped",
        "A flipped sign is called a gradient that goes astray as well: one cause gets two names.",
        "Which cosines belong to gradient_astray?",
        ("-0.5 <= cosine < 0.95", "cosine < 0.95"),
    )
    mistake(
        "repetition_and_variety",
        "Degenerate text is named only where both numbers are bad; either is enough.",
        "A policy writes the same good-looking sentence for ever. What is its repetition?",
        ('numbers["repetition"] > 0.9 or', 'numbers["repetition"] > 0.9 and'),
    )
    mistake(
        "minus_infinity_is_not_finite",
        "A log_chance of minus infinity is called not finite; it says that a token was written that has probability 0.",
        "What is the chance of drawing what cannot be drawn, and what is its log?",
        (' if name != "log_chance"', ""),
    )
    mistake(
        "goes_on_after_nan",
        "Where a number is not finite the other names are given too, although the numbers mean little then.",
        "What does a comparison with NaN give?",
        source="""
rest = policy_gradient_diagnostics


def policy_gradient_diagnostics(numbers):
    finite = {name: value if math.isfinite(value) or name == "log_chance" else 0.0 for name, value in numbers.items()}
    found = rest(finite)
    return found if finite == numbers else ["not_finite", *found]
""",
    )
