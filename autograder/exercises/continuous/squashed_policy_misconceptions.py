"""Misconceptions of `continuous.squashed_policy`: most are about the slope of `squash`, which PPO never misses."""

from __future__ import annotations

from autograder.exercise import Judgement

MIDDLE = "middle, half = (high + low) / 2, (high - low) / 2"
ACTION = "torch.clamp(middle + half * torch.tanh(u), low, high)"
TANH_SLOPE = "math.log(4) + F.logsigmoid(2 * u) + F.logsigmoid(-2 * u)"
SLOPE = f"log_slope = {TANH_SLOPE} + torch.log((high - low) / 2)"
CHANGED = "gaussian_log_prob(u, mean, log_std) - log_slope.sum(dim=-1)"
DRAWN = "u = mean + log_std.exp() * noise"
H = "-squashed_log_prob(u, mean, log_std, low, high).mean(dim=0)"


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        judgement.misconception(identity, edits=edits, message=message, question=question)

    mistake(
        "without_the_jacobian",
        "This is the density of u, not of the action: the slope of `squash` is left out.",
        "Near a bound, a long stretch of u becomes a short stretch of actions. Where does its probability go?",
        (CHANGED, "gaussian_log_prob(u, mean, log_std)"),
    )
    mistake(
        "jacobian_sign",
        "The slope's logarithm is added. Where `squash` presses actions together their density must grow, and here it "
        "shrinks.",
        "Ten people move together into half the room. Does the density double or halve?",
        (CHANGED, CHANGED.replace(" - ", " + ")),
    )
    mistake(
        "bounds_not_in_the_jacobian",
        "The slope of tanh is there, the stretching to the bounds is not: the density is that of an action in [−1, 1].",
        "Two robots do the same, one with torques in [−1, 1], the other in [−10, 10]. Whose density is lower?",
        (SLOPE, f"log_slope = {TANH_SLOPE}"),
    )
    judgement.another_form(
        "bounds_not_in_the_jacobian", edit=(SLOPE, SLOPE.replace("torch.log((high - low) / 2)", "torch.log(high)"))
    )
    mistake(
        "width_for_half_width",
        "The stretching in the slope is the whole width of the bounds; tanh is 2 wide already.",
        "From [−1, 1] to [−2, 2]: by which factor is it stretched?",
        (SLOPE, SLOPE.replace("(high - low) / 2", "high - low")),
    )
    judgement.another_form("width_for_half_width", edit=(MIDDLE, MIDDLE.replace("(high - low) / 2", "high - low")))
    mistake(
        "bounds_once_for_all_dimensions",
        "The stretching to the bounds counts once, not once for each dimension, or not for each its own.",
        "How many factors has the Jacobian's determinant, if there are k dimensions?",
        (
            CHANGED,
            f"gaussian_log_prob(u, mean, log_std) - ({TANH_SLOPE}).sum(dim=-1) - torch.log((high - low) / 2).mean()",
        ),
    )
    judgement.another_form(
        "bounds_once_for_all_dimensions", edit=(SLOPE, SLOPE.replace("high - low", "high[0] - low[0]"))
    )
    mistake(
        "slope_averaged_over_dimensions",
        "The slopes' logarithms are averaged over dimensions, where they must be summed: the determinant of a diagonal "
        "matrix is a product.",
        "By how much does a square grow, if each side is stretched by 3?",
        (CHANGED, CHANGED.replace("sum", "mean")),
    )
    judgement.another_form("slope_averaged_over_dimensions", edit=(CHANGED, CHANGED.replace("dim=-1", "")))
    mistake(
        "not_summed",
        "The slope is not summed over the dimensions of an action, so there is a log-probability for each dimension.",
        "How many log-probabilities belong to one action?",
        (CHANGED, "gaussian_log_prob(u, mean, log_std)[..., None] - log_slope"),
    )
    mistake(
        "difference_in_the_logarithm",
        "log(1 − tanh²u) is computed as it stands. From |u| = 9 on, tanh u is 1 in float32, the difference 0 and its "
        "logarithm −inf; some digits are lost long before.",
        "How many of the digits of 0.9999999 are left, once it is subtracted from 1?",
        (SLOPE, "log_slope = torch.log(1 - torch.tanh(u).square()) + torch.log((high - low) / 2)"),
    )
    judgement.another_form(
        "difference_in_the_logarithm",
        edit=(SLOPE, "log_slope = torch.log((high - low) / 2 * (1 - torch.tanh(u).square()))"),
    )
    judgement.another_form(
        "difference_in_the_logarithm", edit=(SLOPE, SLOPE.replace(TANH_SLOPE, "torch.log1p(-torch.tanh(u).square())"))
    )
    judgement.another_form(
        "difference_in_the_logarithm", edit=(SLOPE, SLOPE.replace(TANH_SLOPE, "-2 * torch.log(torch.cosh(u))"))
    )
    mistake(
        "epsilon_in_the_logarithm",
        "A small number inside the logarithm keeps it finite, and wrong: at a bound the slope is taken for 1e-6, "
        "however small it is, and the gradient is 0.",
        "At u = 12 the slope of tanh is 1.5e-10. What does this formula take it for?",
        (SLOPE, SLOPE.replace(TANH_SLOPE, "torch.log(1 - torch.tanh(u).square() + 1e-6)")),
    )
    judgement.another_form(
        "epsilon_in_the_logarithm",
        edit=(SLOPE, SLOPE.replace(TANH_SLOPE, "torch.log((1 - torch.tanh(u).square()).clamp(min=1e-6))")),
    )
    mistake(
        "u_found_again_from_the_action",
        "u is thrown away and computed again from the action by atanh. At a bound nothing is left of it.",
        "Two different u, 10 and 20, give which actions in float32?",
        ("    log_slope =", "    u = torch.atanh(torch.tanh(u).clamp(-1 + 1e-6, 1 - 1e-6))\n    log_slope ="),
    )
    for inverse in (
        "torch.atanh((squash(u, low, high) - (high + low) / 2) / ((high - low) / 2))",
        "torch.atanh((2 * (squash(u, low, high) - low) / (high - low) - 1).clamp(-1 + 1e-6, 1 - 1e-6))",
    ):
        judgement.another_form(
            "u_found_again_from_the_action", edit=("    log_slope =", f"    u = {inverse}\n    log_slope =")
        )
    mistake(
        "tanh_of_the_mean_only",
        "Only the mean is squashed, and the Gaussian stands around it: such actions do leave the bounds.",
        "Is tanh applied before the noise is added, or after?",
        (
            CHANGED,
            "gaussian_log_prob(squash(u, low, high), squash(mean, low, high), log_std)",
        ),
    )
    judgement.another_form("tanh_of_the_mean_only", edit=(CHANGED, "gaussian_log_prob(u, torch.tanh(mean), log_std)"))
    judgement.another_form(
        "tanh_of_the_mean_only",
        edit=(CHANGED, "gaussian_log_prob(u, torch.tanh(mean), log_std) - log_slope.sum(dim=-1)"),
    )
    for changed in (CHANGED, "gaussian_log_prob(u, mean, log_std)"):
        judgement.another_form(
            "tanh_of_the_mean_only", edit=(CHANGED, changed.replace("(u, mean", "(u, squash(mean, low, high)"))
        )
    mistake(
        "slope_at_the_mean",
        "The slope is taken at the mean, not at the u that was drawn.",
        "At which point must the derivative of `squash` be taken?",
        (SLOPE, SLOPE.replace("* u", "* mean")),
    )
    mistake(
        "gaussian_of_the_action",
        "The Gaussian is asked about the squashed action, but it drew u.",
        "In log N(…; mean, std), which number follows the normal law?",
        (CHANGED, CHANGED.replace("gaussian_log_prob(u,", "gaussian_log_prob(squash(u, low, high),")),
    )
    judgement.another_form(
        "gaussian_of_the_action",
        edit=(CHANGED, CHANGED.replace("gaussian_log_prob(u,", "gaussian_log_prob(torch.tanh(u),")),
    )
    judgement.another_form("gaussian_of_the_action", edit=(CHANGED, "gaussian_log_prob(torch.tanh(u), mean, log_std)"))
    judgement.another_form(
        "gaussian_of_the_action", edit=(CHANGED, "gaussian_log_prob(squash(u, low, high), mean, log_std)")
    )
    mistake(
        "tanh_not_squared",
        "The derivative of tanh is 1 − tanh², not 1 − tanh.",
        "Is the slope of tanh at −1 another one than at 1?",
        (SLOPE, SLOPE.replace(TANH_SLOPE, "math.log(2) + F.logsigmoid(-2 * u)")),
    )
    mistake(
        "slope_without_its_double",
        "The stable formula lacks its factor 2 or its constant: at u = 0 the slope of tanh is 1 and its logarithm 0.",
        "What should your logarithm of the slope give at u = 0, and how should it fall for large u?",
        (SLOPE, SLOPE.replace(TANH_SLOPE, "math.log(2) - u + F.logsigmoid(2 * u)")),
    )
    judgement.another_form("slope_without_its_double", edit=(SLOPE, SLOPE.replace("math.log(4) + ", "")))
    judgement.another_form("slope_without_its_double", edit=(SLOPE, SLOPE.replace("math.log(4)", "math.log(2)")))
    judgement.another_form(
        "slope_without_its_double",
        edit=(SLOPE, SLOPE.replace(TANH_SLOPE, "math.log(4) + F.logsigmoid(u) + F.logsigmoid(-u)")),
    )
    mistake(
        "slope_without_gradient",
        "No gradient flows through the slope. PPO does not miss it, since its u are data; the entropy does, and so "
        "does every method that differentiates through its actions.",
        "If u moves, does the slope at u stay?",
        (CHANGED, CHANGED.replace("log_slope.sum(dim=-1)", "log_slope.sum(dim=-1).detach()")),
    )
    judgement.another_form(
        "slope_without_gradient", edit=(CHANGED, CHANGED.replace("_log_prob(u,", "_log_prob(u.detach(),"))
    )
    judgement.another_form("slope_without_gradient", edit=(CHANGED, f"({CHANGED}).detach()"))
    mistake(
        "clips_instead_of_tanh",
        "The action is clipped at the bounds, not squashed: all u beyond a bound give the same action, and no slope is "
        "left there.",
        "Which u give the action `high`, under a clip and under tanh?",
        (ACTION, "torch.clamp(u, low, high)"),
    )
    judgement.another_form("clips_instead_of_tanh", edit=(ACTION, ACTION.replace("torch.tanh(u)", "u")))
    judgement.another_form(
        "clips_instead_of_tanh",
        edits=(
            (ACTION, ACTION.replace("torch.tanh(u)", "u")),
            (SLOPE, "log_slope = torch.log((high - low) / 2)"),
        ),
    )
    judgement.another_form(
        "clips_instead_of_tanh",
        edits=(
            (ACTION, "torch.clamp(u, low, high)"),
            (CHANGED, "gaussian_log_prob(u, mean, log_std)"),
        ),
    )
    mistake(
        "symmetric_bounds_assumed",
        "The action is high · tanh(u), as if low were −high.",
        "What should `squash` give for low = 0, high = 1 and a very negative u?",
        (ACTION, ACTION.replace("middle + half", "high")),
    )
    judgement.another_form("symmetric_bounds_assumed", edit=(ACTION, "high * torch.tanh(u)"))
    judgement.another_form("symmetric_bounds_assumed", edit=(ACTION, ACTION.replace("middle + ", "")))
    judgement.another_form("symmetric_bounds_assumed", edit=(ACTION, "torch.tanh(u)"))
    judgement.another_form("symmetric_bounds_assumed", edit=(ACTION, "half * torch.tanh(u)"))
    mistake(
        "logistic_for_tanh",
        "The logistic function stands where tanh should: σ(u) is tanh of u / 2, moved to [0, 1].",
        "How steep are tanh and σ at 0?",
        (ACTION, "torch.clamp(low + (high - low) * torch.sigmoid(u), low, high)"),
    )
    mistake(
        "a_rounding_beyond_the_bound",
        "Floating point steps over a bound here and there, by one rounding. An environment that checks its bounds "
        "refuses such an action.",
        "Is low + (high − low) always equal to high, in floating point?",
        (ACTION, "middle + half * torch.tanh(u)"),
    )
    judgement.another_form("a_rounding_beyond_the_bound", edit=(ACTION, "low + (high - low) * (torch.tanh(u) + 1) / 2"))
    judgement.another_form("a_rounding_beyond_the_bound", edit=(ACTION, "low + half * (torch.tanh(u) + 1)"))
    mistake(
        "entropy_of_the_gaussian",
        "This is the entropy of u, which grows without end as the policy widens. That of the action does not: between "
        "bounds no law has more entropy than the uniform one.",
        "A very wide Gaussian is squashed. Where do nearly all of its actions lie?",
        (H, "(log_std + 0.5 * math.log(2 * math.pi * math.e) + 0 * u).sum(dim=-1).mean(dim=0)"),
    )
    judgement.another_form("entropy_of_the_gaussian", edit=(H, "-gaussian_log_prob(u, mean, log_std).mean(dim=0)"))
    judgement.another_form(
        "entropy_of_the_gaussian",
        edit=(H, "(log_std + 0.5 * math.log(2 * math.pi * math.e)).sum(dim=-1).expand(mean.shape[:-1])"),
    )
    mistake(
        "entropy_without_gradient_through_u",
        "The value is right, the gradient is not: u is detached, as if the actions did not move with mean and log_std. "
        "What remains has the mean 0 and is noise.",
        "If the policy becomes wider, do its samples stay where they are?",
        (DRAWN, f"u = ({DRAWN.removeprefix('u = ')}).detach()"),
    )
    judgement.another_form(
        "entropy_without_gradient_through_u", edit=(DRAWN, "u = mean.detach() + log_std.exp() * noise")
    )
    judgement.another_form(
        "entropy_without_gradient_through_u", edit=(DRAWN, "u = mean + log_std.exp().detach() * noise")
    )
    judgement.another_form("entropy_without_gradient_through_u", edit=(H, f"({H}).detach()"))
    mistake(
        "entropy_sign",
        "The sign is wrong: this is the mean of log π.",
        "Is the entropy the mean of log π or of −log π?",
        (H, H[1:]),
    )
    mistake(
        "samples_summed",
        "The samples are summed, not averaged.",
        "Should twice as many samples give twice the entropy?",
        (H, H.replace("mean(", "sum(")),
    )
    mistake(
        "averaged_over_the_batch",
        "The mean is taken over the batch as well, or in its place; each state has an entropy of its own.",
        "Which axis of `noise` counts the samples?",
        (H, H.replace("dim=0", "")),
    )
    judgement.another_form("averaged_over_the_batch", edit=(H, H.replace("dim=0", "dim=-1")))
    mistake(
        "noise_is_not_u",
        "The noise is used as it is, or without the mean: u = mean + std · noise is what the policy draws.",
        "Which u does noise 0 stand for?",
        (DRAWN, "u = noise + 0 * mean"),
    )
    judgement.another_form("noise_is_not_u", edit=(DRAWN, "u = log_std.exp() * noise + 0 * mean"))
    judgement.another_form("noise_is_not_u", edit=(DRAWN, "u = mean + noise"))
    mistake(
        "log_std_as_std",
        "log_std itself scales the noise.",
        "Which function makes a standard deviation of log_std?",
        (DRAWN, "u = mean + log_std * noise"),
    )
    mistake(
        "draws_its_own_noise",
        "Fresh noise is drawn, and the noise that was given is not used.",
        "What is the argument `noise` for, when a result must be the same twice?",
        (DRAWN, "u = mean + log_std.exp() * torch.randn_like(noise)"),
    )
    mistake(
        "changes_its_input",
        "The noise is changed in place: the caller's tensor is no longer what it was.",
        "What is the difference between `x * y` and `x.mul_(y)` for the caller of the function?",
        (DRAWN, "u = noise.mul_(log_std.exp().detach()) / log_std.exp().detach() * log_std.exp() + mean"),
    )
