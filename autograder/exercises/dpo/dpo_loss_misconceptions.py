"""What goes wrong in the loss of DPO."""

from __future__ import annotations

from autograder.exercise import Judgement

MARGINS = "margins = implicit_rewards(chosen, ref_chosen, beta) - implicit_rewards(rejected, ref_rejected, beta)"
RETURNED = "return -F.logsigmoid(margins).mean()"


def add_misconceptions(dpo_loss: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        dpo_loss.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        dpo_loss.another_form(identity, edits=edits)

    mistake(
        "no_reference",
        "The reference has no part in the loss: it is not ln 2 at the start, and a pair counts as learned because its "
        "chosen text was likelier from the beginning.",
        "What should the margin of every pair be before anything is learned?",
        (MARGINS, "margins = beta * (chosen - rejected)"),
    )
    mistake(
        "reference_added",
        "The reference's log-ratio is added to the policy's; it has to be taken off.",
        "What should the margin of every pair be before anything is learned?",
        (MARGINS, "margins = beta * (chosen - rejected + (ref_chosen - ref_rejected).detach())"),
    )
    mistake(
        "rejected_preferred",
        "The loss falls as the *rejected* text gains: the margin, or its sign in the sigmoid, is the wrong way round.",
        "The chosen text has become likelier, the rejected one less likely. Should the loss be above or below ln 2?",
        (RETURNED, "return -F.logsigmoid(-margins).mean()"),
    )
    mistake(
        "loss_ascends",
        "The minus before the logarithm is missing: an optimizer would make the preferences as unlikely as it can.",
        "Is log σ(margin) above or below 0? And a loss of ln 2?",
        (RETURNED, "return F.logsigmoid(margins).mean()"),
    )
    mistake(
        "price_ignored",
        "β has no effect: the margin is in nats.",
        "What is the gradient at the start to be?",
        (MARGINS, MARGINS.replace("beta", "1.0")),
    )
    mistake(
        "divided_by_beta",
        "The margin is divided by β. The implicit reward is β times the log-ratio.",
        "A higher price keeps the policy nearer. With which margin is the loss content sooner?",
        (MARGINS, MARGINS.replace("beta", "1.0 / beta")),
    )
    mistake(
        "beta_outside",
        "β multiplies the loss. Then it is a learning rate: it has no influence on where the minimum is.",
        "Which margin would a β outside of the sigmoid ask for?",
        (MARGINS, MARGINS.replace("beta", "1.0")),
        (RETURNED, "return -beta * F.logsigmoid(margins).mean()"),
    )
    mistake(
        "beta_twice",
        "β is there twice.",
        "What is the gradient at the start to be?",
        (RETURNED, "return -F.logsigmoid(beta * margins).mean()"),
    )
    also("beta_twice", (RETURNED, "return -beta * F.logsigmoid(margins).mean()"))
    mistake(
        "log_of_sigmoid",
        "The sigmoid is computed and then its logarithm: where the margin is far below 0 the sigmoid is 0, the loss "
        "infinite and the gradient NaN.",
        "What is σ(−200) in float32, and its logarithm?",
        (RETURNED, "return -margins.sigmoid().log().mean()"),
    )
    also("log_of_sigmoid", (RETURNED, "return (1.0 + (-margins).exp()).log().mean()"))
    mistake(
        "clamped_logarithm",
        "A small number is added to the sigmoid, or it is kept from 0, so that its logarithm is finite. Pairs that are "
        "far on the wrong side then have no gradient: just those that should have the largest.",
        "What is the derivative of log(σ(m) + 1e-8) at m = −200?",
        (RETURNED, "return -(margins.sigmoid() + 1e-8).log().mean()"),
    )
    also("clamped_logarithm", (RETURNED, "return -margins.sigmoid().clamp(min=1e-8).log().mean()"))
    mistake(
        "sigmoid_without_logarithm",
        "The logarithm is missing: pairs that are far on the wrong side have hardly any gradient.",
        "Which loss makes a probability as large as possible, as maximum likelihood does?",
        (RETURNED, "return -margins.sigmoid().mean()"),
    )
    also("sigmoid_without_logarithm", (RETURNED, "return (1.0 - margins.sigmoid()).mean()"))
    mistake(
        "summed_over_pairs",
        "The loss is the sum over the pairs: a batch of twice the size makes twice the step.",
        "What should happen to the gradient if every pair came twice?",
        (RETURNED, RETURNED.replace("mean", "sum")),
    )
    mistake(
        "one_for_each_pair",
        "The loss has one number for each pair; asked for is their mean.",
        "What shape does a loss have?",
        (RETURNED, RETURNED.replace(".mean()", "")),
    )
    mistake(
        "loss_of_the_mean_margin",
        "The margins are averaged before the sigmoid: every pair has the same gradient, be it right or wrong.",
        "One margin is 6, one −6. From which of both pairs is there something to learn?",
        (RETURNED, "return -F.logsigmoid(margins.mean())"),
    )
    mistake(
        "chosen_alone",
        "Only the chosen text counts. That makes it likelier; preferences say nothing about how likely it should be, "
        "only that it is better than the other.",
        "Through which of its terms does the loss know the rejected text?",
        (MARGINS, "margins = implicit_rewards(chosen, ref_chosen, beta)"),
    )
    mistake(
        "reference_shared",
        "Both texts are compared with the reference of the chosen one.",
        "Whose log-prob under the reference belongs to the rejected text?",
        (MARGINS, MARGINS.replace("ref_rejected", "ref_chosen")),
    )
    mistake(
        "references_exchanged",
        "Each text is compared with the reference of the other one.",
        "What should the margin of every pair be before anything is learned?",
        (
            MARGINS,
            "margins = implicit_rewards(chosen, ref_rejected, beta) - implicit_rewards(rejected, ref_chosen, beta)",
        ),
    )
    mistake(
        "gradient_to_the_reference",
        "A gradient comes from the loss to the reference's log-probs.",
        "Which of both models is to learn?",
        (MARGINS, "margins = beta * ((chosen - ref_chosen) - (rejected - ref_rejected))"),
    )
    mistake(
        "chosen_detached",
        "The chosen text has no gradient: the loss only pushes the rejected one down.",
        "In which two ways can a margin grow?",
        (MARGINS, MARGINS.replace("(chosen", "(chosen.detach()")),
    )
    mistake(
        "rejected_detached",
        "The rejected text has no gradient: the loss only pulls the chosen one up.",
        "In which two ways can a margin grow?",
        (MARGINS, MARGINS.replace("(rejected", "(rejected.detach()")),
    )
    mistake(
        "everything_detached",
        "The loss has the right value and no gradient.",
        "Through which of its terms should the loss reach the policy?",
        (RETURNED, "return -F.logsigmoid(margins.detach()).mean()"),
    )
    mistake(
        "probabilities_for_log_probs",
        "The margin is made of the ratios π / π_ref, not of their logarithms.",
        "The implicit reward is β times what?",
        (
            MARGINS,
            "margins = beta * ((chosen - ref_chosen.detach()).exp() - (rejected - ref_rejected.detach()).exp())",
        ),
    )
    mistake(
        "every_pair_with_every_pair",
        "(pairs, 1) and (pairs,) broadcast to (pairs, pairs): every chosen text is compared with every rejected one.",
        "What is the shape of x[:, None] − y?",
        (
            MARGINS,
            MARGINS.replace(
                "implicit_rewards(chosen, ref_chosen, beta)", "implicit_rewards(chosen, ref_chosen, beta)[:, None]"
            ),
        ),
    )
    mistake(
        "hinge",
        "That is a hinge: it stops learning at a margin of 1 and has the same gradient for all pairs below it.",
        "Which loss follows from the probability σ(margin) that the chosen text wins?",
        (RETURNED, "return (1.0 - margins).clamp(min=0.0).mean()"),
    )
    mistake(
        "squared",
        "That is the squared loss of IPO (Azar et al. 2023), which asks for one certain margin of every pair.",
        "Which loss follows from the probability σ(margin) that the chosen text wins?",
        (RETURNED, "return (margins / beta - 1.0 / (2.0 * beta)).square().mean()"),
    )
