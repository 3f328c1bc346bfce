"""What goes wrong with implicit rewards, and with the numbers of pairs."""

from __future__ import annotations

from autograder.exercise import Judgement

REWARD = "return beta * (log_probs - ref_log_probs.detach())"
CHOSEN = "implicit_rewards(chosen, ref_chosen, beta)"
REJECTED = "implicit_rewards(rejected, ref_rejected, beta)"
MARGIN = '"margin": margins.mean().item()'
AGREES = "(margins.sign() / 2 + 0.5).mean().item()"


def add_misconceptions(implicit_rewards: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        implicit_rewards.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        implicit_rewards.another_form(identity, edits=edits)

    mistake(
        "reference_ignored",
        "The reference has no part: a text that was likely from the beginning seems to be preferred.",
        "What should the reward of every text be before anything is learned?",
        (REWARD, "return beta * log_probs"),
    )
    mistake(
        "other_way_round",
        "The reward is β · (log π_ref − log π): texts that became less likely seem to be good.",
        "Which texts has a policy made more likely that was trained for a reward?",
        (REWARD, "return beta * (ref_log_probs.detach() - log_probs)"),
    )
    mistake(
        "reference_added",
        "The reference's log-probs are added.",
        "What is the logarithm of π / π_ref?",
        (REWARD, REWARD.replace("log_probs -", "log_probs +")),
    )
    mistake(
        "price_ignored",
        "β has no effect: the result is in nats, not in units of reward.",
        "Twice the price, and the same policy is the best: by which factor was the reward larger?",
        (REWARD, REWARD.replace("beta * ", "")),
    )
    mistake(
        "divided_by_beta",
        "The log-ratio is divided by β. In log π* = log π_ref + r / β − log Z it is the *reward* that is divided.",
        "Solve that equation for r.",
        (REWARD, REWARD.replace("beta * ", "1 / beta * ")),
    )
    mistake(
        "ratio_for_its_logarithm",
        "The reward is made of the ratio π / π_ref, not of its logarithm.",
        "What should the reward of every text be before anything is learned?",
        (REWARD, "return beta * (log_probs - ref_log_probs.detach()).exp()"),
    )
    mistake(
        "difference_of_probabilities",
        "The difference of the probabilities is taken, not that of their logarithms. For long texts both are 0.",
        "What is exp(−100) in float32?",
        (REWARD, "return beta * (log_probs.exp() - ref_log_probs.detach().exp())"),
    )
    mistake(
        "ratio_of_the_logarithms",
        "One log-prob is divided by the other.",
        "What is log(a / b)?",
        (REWARD, "return beta * (log_probs / ref_log_probs.detach())"),
    )
    mistake(
        "gradient_to_the_reference",
        "A gradient comes from the rewards to the reference: as a loss falls, the reference would be moved too.",
        "Which of both policies is to learn?",
        (REWARD, REWARD.replace(".detach()", "")),
    )
    mistake(
        "no_gradient_to_the_policy",
        "The rewards are data: a loss made of them could not move the policy.",
        "Whose weights is a loss of these rewards to change?",
        (REWARD, "return (beta * (log_probs - ref_log_probs)).detach()"),
    )
    mistake(
        "pairs_swapped",
        "Chosen and rejected have changed places in the margin.",
        "Which sign should the margin have where the policy agrees with the people?",
        ("margins = chosen_rewards - rejected_rewards", "margins = rejected_rewards - chosen_rewards"),
    )
    mistake(
        "accuracy_without_the_reference",
        "The accuracy compares the log-probs, not the rewards. Which text is *likelier* depends on length and habit; "
        "asked is which one became likelier by more.",
        "A chosen text of 20 tokens and a rejected one of 5: which is likelier, before and after learning?",
        (AGREES, "((chosen - rejected).sign() / 2 + 0.5).mean().item()"),
    )
    mistake(
        "ties_count_as_wrong",
        "A pair with equal rewards counts 0: before anything is learned the accuracy would be 0, worse than guessing.",
        "How often is a coin right?",
        (AGREES, "(margins > 0).float().mean().item()"),
    )
    mistake(
        "ties_count_as_right",
        "A pair with equal rewards counts 1: before anything is learned the accuracy would be 1.",
        "How often is a coin right?",
        (AGREES, "(margins >= 0).float().mean().item()"),
    )
    mistake(
        "chosen_reward_above_zero",
        "The accuracy asks whether the chosen text became likelier. It may become less likely, and still be preferred.",
        "Both texts fell, the rejected one by more. Which of them does the policy now prefer?",
        (AGREES, "(chosen_rewards.sign() / 2 + 0.5).mean().item()"),
    )
    mistake(
        "probability_for_the_share",
        "The accuracy is the mean of σ(margin), a probability. Asked is how often the chosen text is ahead at all.",
        "What is the accuracy of a policy whose margins are all 0.1?",
        (AGREES, "margins.sigmoid().mean().item()"),
    )
    mistake(
        "absolute_margin",
        "The margin is averaged without its sign.",
        "What does a mean margin tell where half of the pairs are the wrong way round?",
        (MARGIN, '"margin": margins.abs().mean().item()'),
    )
    mistake(
        "margin_without_the_price",
        "The margin is in nats; it is to be a difference of rewards.",
        "What is the difference of the two rewards above?",
        (MARGIN, '"margin": margins.mean().item() / beta'),
    )
    mistake(
        "summed_over_pairs",
        "The numbers are sums: they grow with the number of pairs.",
        "What should happen to the numbers if every pair came twice?",
        ('"chosen_reward": chosen_rewards.mean()', '"chosen_reward": chosen_rewards.sum()'),
        ('"rejected_reward": rejected_rewards.mean()', '"rejected_reward": rejected_rewards.sum()'),
        (MARGIN, '"margin": margins.sum().item()'),
    )
    also(
        "summed_over_pairs",
        ('"chosen_reward": chosen_rewards.mean()', '"chosen_reward": chosen_rewards.sum()'),
        ('"rejected_reward": rejected_rewards.mean()', '"rejected_reward": rejected_rewards.sum()'),
        (MARGIN, '"margin": margins.sum().item()'),
        (AGREES, AGREES.replace("mean", "sum")),
    )
    mistake(
        "tensors_for_floats",
        "The numbers are tensors.",
        "What does json.dumps say to a tensor?",
        ('"chosen_reward": chosen_rewards.mean().item()', '"chosen_reward": chosen_rewards.mean()'),
        ('"rejected_reward": rejected_rewards.mean().item()', '"rejected_reward": rejected_rewards.mean()'),
        (MARGIN, '"margin": margins.mean()'),
        (AGREES, AGREES.removesuffix(".item()")),
    )
