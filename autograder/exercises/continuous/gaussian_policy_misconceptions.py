"""Misconceptions of `continuous.gaussian_policy`."""

from __future__ import annotations

from autograder.exercise import Judgement

Z = "z = (actions - mean) * torch.exp(-log_std)"
VALUE = "-(0.5 * z.square() + log_std + 0.5 * math.log(2 * math.pi)).sum(dim=-1)"
NOISE = "torch.empty_like(mean).normal_(generator=generator)"
UNIFORM = "torch.rand(mean.shape, generator=generator, dtype=mean.dtype)"
DRAWN = "(mean + log_std.exp() * noise).detach()"
H = "(log_std + 0.5 * math.log(2 * math.pi * math.e)).sum(dim=-1)"


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        judgement.misconception(identity, edits=edits, message=message, question=question)

    mistake(
        "averaged_over_dimensions",
        "The log-probability is averaged over the dimensions of an action. Its exponential is then the k-th root of "
        "the density, and PPO's ratio the k-th root of the ratio: the clip sets in far too late.",
        "Two independent events have probabilities p and q. What is the probability of both, and what its logarithm?",
        (VALUE, VALUE.replace("sum", "mean")),
    )
    mistake(
        "not_summed",
        "Every dimension has a log-probability of its own; the action, which is all of them together, has none.",
        "How many actions were taken in a batch of 64, and how many log-probabilities come back?",
        (VALUE, VALUE.removesuffix(".sum(dim=-1)")),
    )
    mistake(
        "summed_over_the_batch",
        "The sum runs over the batch as well, so all actions share one number.",
        "Which axis holds the dimensions of one action?",
        (VALUE, VALUE.replace("dim=-1", "")),
    )
    judgement.another_form("summed_over_the_batch", edit=(VALUE, VALUE.replace("dim=-1", "dim=0")))
    mistake(
        "log_std_as_std",
        "log_std itself is used as the standard deviation.",
        "A network may put out any real number. Which function makes a standard deviation of it here?",
        (Z, "z = (actions - mean) / log_std"),
        (VALUE, VALUE.replace("+ log_std +", "+ log_std.log() +")),
    )
    judgement.another_form("log_std_as_std", edit=(Z, "z = (actions - mean) / log_std"))
    judgement.another_form("log_std_as_std", edit=(DRAWN, DRAWN.replace("log_std.exp()", "log_std")))
    mistake(
        "log_std_as_log_variance",
        "log_std is taken for the logarithm of the variance: the standard deviation is the root of what it should be.",
        "What is the variance, if log σ = 1?",
        (Z, "z = (actions - mean) * torch.exp(-0.5 * log_std)"),
        (VALUE, VALUE.replace("+ log_std +", "+ 0.5 * log_std +")),
    )
    judgement.another_form("log_std_as_log_variance", edit=(DRAWN, DRAWN.replace("exp()", "exp().sqrt()")))
    judgement.another_form("log_std_as_log_variance", edit=(H, H.replace("log_std +", "0.5 * log_std +")))
    judgement.another_form(
        "log_std_as_log_variance",
        edits=(
            (Z, "z = (actions - mean) * torch.exp(-0.5 * log_std)"),
            (VALUE, VALUE.replace("+ log_std +", "+ 0.5 * log_std +")),
            (H, H.replace("log_std +", "0.5 * log_std +")),
            (DRAWN, DRAWN.replace("exp()", "exp().sqrt()")),
        ),
    )
    mistake(
        "std_not_squared",
        "The squared distance is divided by the standard deviation, not by the variance.",
        "In which unit is (action − mean)², if actions are in metres, and in which must the exponent be?",
        (Z, "z = (actions - mean) * torch.exp(-0.5 * log_std)"),
    )
    mistake(
        "variance_for_std",
        "The variance stands where the standard deviation should.",
        "If σ is 3, how far from the mean is a typical draw?",
        (DRAWN, DRAWN.replace("exp()", "exp().square()")),
    )
    judgement.another_form("variance_for_std", edit=(Z, "z = (actions - mean) * torch.exp(-2 * log_std)"))
    judgement.another_form("variance_for_std", edit=(VALUE, VALUE.replace("+ log_std +", "+ 2 * log_std +")))
    mistake(
        "softplus_for_exp",
        "The standard deviation is softplus(log_std). That is another way to name a policy, and not the one "
        "of this task.",
        "Of what is log_std the logarithm, by its name?",
        (DRAWN, DRAWN.replace("log_std.exp()", "torch.nn.functional.softplus(log_std)")),
    )
    judgement.another_form(
        "softplus_for_exp",
        edits=(
            (Z, "z = (actions - mean) / torch.nn.functional.softplus(log_std)"),
            (VALUE, VALUE.replace("+ log_std +", "+ torch.nn.functional.softplus(log_std).log() +")),
        ),
    )
    mistake(
        "without_half_log_2pi",
        "½ log 2π is missing. It cancels in a ratio of two policies; but this is no log-probability, and beside an "
        "entropy or another density it is wrong by 0.92 for each dimension.",
        "What is the area under exp(−z² / 2)?",
        (VALUE, VALUE.replace(" + 0.5 * math.log(2 * math.pi)", "")),
    )
    judgement.another_form(
        "without_half_log_2pi",
        edit=(VALUE, "-(0.5 * z.square() + log_std).sum(dim=-1) - 0.5 * math.log(2 * math.pi)"),
    )
    judgement.another_form("without_half_log_2pi", edit=(VALUE, VALUE.replace("0.5 * math.log", "math.log")))
    mistake(
        "without_the_log_std_term",
        "The term −log σ is missing. Then a wider policy makes every action likelier, and σ grows without end.",
        "If a density becomes twice as wide, what happens to its height?",
        (VALUE, VALUE.replace(" + log_std", "")),
    )
    judgement.another_form("without_the_log_std_term", edit=(VALUE, VALUE.replace("+ log_std +", "- log_std +")))
    mistake(
        "without_the_half",
        "z² is not halved.",
        "What is the exponent in the density of a standard normal?",
        (VALUE, VALUE.replace("0.5 * z", "z")),
    )
    mistake(
        "negated",
        "The sign is the other way round: this is −log π.",
        "Which action should have the larger log-probability, one at the mean or one far from it?",
        (VALUE, VALUE[1:]),
    )
    mistake(
        "density_not_its_logarithm",
        "This is the density, not its logarithm.",
        "Which of the two is asked for, and which can be negative?",
        (VALUE, f"({VALUE}).exp()"),
    )
    mistake(
        "log_of_the_density",
        "The logarithm is taken of the finished density. Far from the mean, or over many dimensions, the density is 0 "
        "in floating point, and its logarithm −inf.",
        "What is log exp(x), and does the exponential have to be computed?",
        (VALUE, f"({VALUE}).exp().log()"),
    )
    judgement.another_form("log_of_the_density", edit=(VALUE, f"torch.log(({VALUE}).exp() + 1e-8)"))
    judgement.another_form(
        "log_of_the_density", edit=(VALUE, f"({VALUE.removesuffix('.sum(dim=-1)')}).exp().log().sum(dim=-1)")
    )
    judgement.another_form(
        "log_of_the_density", edit=(VALUE, f"({VALUE.removesuffix('.sum(dim=-1)')}).exp().prod(dim=-1).log()")
    )
    mistake(
        "clips_the_action",
        "The action is clipped before its log-probability is taken. The policy drew another action than the one it is "
        "asked about; the clip belongs between the policy and the environment.",
        "Which number was drawn from the Gaussian: the one before the clip, or the one after it?",
        (Z, "z = (actions.clamp(-1, 1) - mean) * torch.exp(-log_std)"),
    )
    judgement.another_form("clips_the_action", edit=(DRAWN, "(mean + log_std.exp() * noise).clamp(-1, 1).detach()"))
    judgement.another_form("clips_the_action", edit=(DRAWN, "(mean + log_std.exp() * noise).tanh().detach()"))
    judgement.another_form("clips_the_action", edit=(VALUE, VALUE.replace("z.square()", "z.clamp(-5, 5).square()")))
    mistake(
        "clips_log_std",
        "log_std is clipped on the way, so a policy that is wide or sharp is taken for another one.",
        "What was asked for at log_std = −14?",
        (Z, "log_std = log_std.clamp(-5, 2)\n    " + Z),
    )
    judgement.another_form("clips_log_std", edit=(Z, "log_std = log_std.clamp(-20, 2)\n    " + Z))
    judgement.another_form("clips_log_std", edit=(Z, "log_std = log_std.clamp(min=-5)\n    " + Z))
    mistake(
        "std_without_gradient",
        "No gradient reaches log_std: the policy can never learn how much to explore.",
        "Which two tensors does the policy learn?",
        (VALUE, VALUE.replace("+ log_std +", "+ log_std.detach() +")),
        (Z, Z.replace("-log_std", "-log_std.detach()")),
    )
    judgement.another_form("std_without_gradient", edit=(Z, Z.replace("-log_std", "-log_std.detach()")))
    judgement.another_form("std_without_gradient", edit=(Z, Z.replace("(actions - mean)", "(actions - mean.detach())")))
    judgement.another_form("std_without_gradient", edit=(VALUE, f"({VALUE}).detach()"))
    mistake(
        "entropy_averaged",
        "The entropy is averaged over dimensions; that of independent parts adds up.",
        "What is the entropy of two fair coins, and of one?",
        (H, H.replace("sum", "mean")),
    )
    judgement.another_form("entropy_averaged", edit=(H, H.removesuffix(".sum(dim=-1)")))
    judgement.another_form("entropy_averaged", edit=(H, H.replace("dim=-1", "")))
    mistake(
        "entropy_without_its_half",
        "The constant is wrong: z² / 2 has the mean ½, and that half belongs to the entropy.",
        "What is the mean of z², if z is standard normal?",
        (H, H.replace(" * math.e", "")),
    )
    judgement.another_form("entropy_without_its_half", edit=(H, "log_std.sum(dim=-1)"))
    judgement.another_form("entropy_without_its_half", edit=(H, H.replace("0.5 * ", "")))
    judgement.another_form(
        "entropy_without_its_half",
        edit=(H, "log_std.sum(dim=-1) + 0.5 * math.log(2 * math.pi * math.e)"),
    )
    mistake(
        "entropy_sign",
        "The entropy has the wrong sign: a wider policy must have more of it.",
        "Is the entropy the mean of log π or of −log π?",
        (H, f"-{H}"),
    )
    judgement.another_form("entropy_sign", edit=(H, H.replace("(log_std +", "(-log_std +")))
    mistake(
        "entropy_never_negative",
        "The entropy is cut off at 0. Densities may exceed 1, so the entropy of a sharp policy is negative.",
        "How high is the density of a normal with σ = 0.01 at its mean?",
        (H, f"{H}.clamp(min=0)"),
    )
    judgement.another_form("entropy_never_negative", edit=(H, H.replace(".sum(", ".clamp(min=0).sum(")))
    mistake(
        "gradient_through_the_sample",
        "Gradients flow through the draw. In log π(mean + σ · noise) the mean cancels, so the policy gradient by the "
        "mean is exactly 0, and nothing is learned.",
        "Put a = μ + σε into (a − μ) / σ. What is left of μ?",
        (DRAWN, DRAWN.removesuffix(".detach()")),
    )
    judgement.another_form("gradient_through_the_sample", edit=(DRAWN, "mean + (log_std.exp() * noise).detach()"))
    judgement.another_form("gradient_through_the_sample", edit=(DRAWN, "mean.detach() + log_std.exp() * noise"))
    mistake(
        "noise_without_std",
        "The noise is not scaled: the standard deviation is 1, whatever log_std says.",
        "What should a draw be when σ is nearly 0?",
        (DRAWN, "(mean + noise).detach()"),
    )
    mistake(
        "no_noise",
        "The mean is returned; nothing is drawn.",
        "How does a policy learn about actions that it never tries?",
        (DRAWN, "mean.detach().clone()"),
    )
    mistake(
        "uniform_noise",
        "The noise is not normal.",
        "`torch.rand` and `torch.randn` differ by one letter. Which draws from which law?",
        (NOISE, UNIFORM),
    )
    judgement.another_form("uniform_noise", edit=(NOISE, f"(2 * {UNIFORM} - 1)"))
    judgement.another_form("uniform_noise", edit=(NOISE, f"({UNIFORM} - 0.5) * 12**0.5"))
    mistake(
        "one_noise_for_the_batch",
        "All rows get the same noise, so the copies of the environment explore in step.",
        "A batch has 64 states. How many independent draws does it need?",
        (NOISE, NOISE.replace("(mean)", "(mean.reshape(-1, mean.shape[-1])[0])")),
    )
    mistake(
        "one_noise_for_the_dimensions",
        "All dimensions of an action get the same noise: the policy explores along one line only.",
        "What does *independent* dimensions mean for the noise?",
        (NOISE, NOISE.replace("(mean)", "(mean[..., :1])")),
    )
    mistake(
        "the_same_draw_at_every_call",
        "The generator is seeded anew inside the function, so every call draws the same.",
        "Who should decide where the random numbers start, and how often?",
        ("    noise = ", "    torch.default_generator.manual_seed(0)\n    noise = "),
    )
    mistake(
        "ignores_the_generator",
        "The generator is not handed to what draws, so a run cannot be repeated.",
        "Where does `torch.randn` take its random numbers from when it is given no generator?",
        (NOISE, NOISE.replace("generator=generator", "")),
    )
    mistake(
        "always_float32",
        "A draw is float32, whatever the dtype of the mean.",
        "Which dtype does `torch.randn` use when none is named, and what does adding two dtypes give?",
        (DRAWN, DRAWN.replace(".detach()", ".float().detach()")),
    )
    mistake(
        "changes_its_input",
        "The mean is changed in place: the caller's tensor is no longer what the network said.",
        "What is the difference between `x + y` and `x += y` for the caller of the function?",
        (DRAWN, "mean.detach().add_(log_std.exp().detach() * noise)"),
    )
