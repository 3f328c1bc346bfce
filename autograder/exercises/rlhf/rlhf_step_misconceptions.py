"""What goes wrong where four models are put together."""

from __future__ import annotations

from autograder.exercise import Judgement

MASK = "mask = completion_mask(tokens, prompt_length, eos)"
ENDED = "ended = ((tokens[:, 1:] == eos) & mask).any(1)"
NO_GRAD = "    with torch.no_grad():\n"
SCORES = "scores = reward_model(tokens)"
LOG_PROBS = "log_probs = sequence_log_probs(policy(tokens), tokens)"
REF = "ref_log_probs = sequence_log_probs(reference(tokens), tokens)"
VALUES = "values = value_model(tokens)[:, :-1]"
REWARDS = "scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score"
ADVANTAGES = "advantages = token_advantages(rewards, values, mask, gamma, lam)"
OLD = '"log_probs": log_probs,'
WHITE = '"advantages": masked_whiten(advantages, mask),'
RETURNS = '"returns": advantages + values,'
STEPS = "steps = update(PolicyAndValues(policy, value_model), optimizer, batch, minibatches, clip, value_coef=1.0)"
SCORE = '"score": scores.mean().item(),'
KL = '"kl": torch.where(mask, log_probs - ref_log_probs, 0.0).sum(1).mean().item(),'
SAID_ENDED = '"ended": ended.float().mean().item(),'
FIRST = '"first_clip_fraction": steps[0]["clip_fraction"],'
LAST = '"clip_fraction": steps[-1]["clip_fraction"],'
STEP_KL = '"step_kl": steps[-1]["kl"],'
VALUE_LOSS = '"value_loss": steps[0]["value_loss"],'


def add_misconceptions(step: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        step.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        step.another_form(identity, edits=edits)

    mistake(
        "reference_is_the_policy",
        "The log-probs of the reference are taken from the policy: the KL is 0 for ever, and nothing holds the policy.",
        "Which model remembers what the policy was before the first update?",
        (REF, "ref_log_probs = log_probs"),
    )
    mistake(
        "penalty_forgotten",
        "The rewards are the scores alone; kl_coef has no effect.",
        "What keeps the policy where the reward model knows what it says?",
        (REWARDS, REWARDS.replace("kl_coef", "0.0")),
    )
    mistake(
        "policy_and_reference_swapped",
        "In the rewards π and π_ref have changed places: the policy is paid for moving away.",
        "Which of the two log-probs comes first?",
        (REWARDS, REWARDS.replace("log_probs, ref_log_probs", "ref_log_probs, log_probs")),
    )
    mistake(
        "charged_twice",
        "The KL is charged in the rewards and taken off the scores as well, so its coefficient is doubled.",
        "How often is one nat to be paid for?",
        (
            REWARDS,
            REWARDS.replace(
                "scores,", "scores - kl_coef * torch.where(mask, log_probs - ref_log_probs, 0.0).sum(dim=1),"
            ),
        ),
    )
    mistake(
        "clip_forgotten",
        "The scores are not clipped.",
        "Where does score_clip enter?",
        (REWARDS, REWARDS.replace("score_clip", "inf")),
    )
    mistake(
        "missing_eos_forgotten",
        "A text without an end keeps the score of the reward model.",
        "Where does missing_eos_score enter?",
        (REWARDS, REWARDS.replace("missing_eos_score", "None")),
    )
    mistake(
        "ended_by_the_prompt",
        "An EOS that stands in the prompt, or behind the end, is taken for the end of the text.",
        "Which of the tokens did the policy write?",
        (ENDED, "ended = (tokens == eos).any(dim=1)"),
    )
    mistake(
        "ended_before_the_last_column",
        "A text whose EOS stands in the last column counts as one that never ended.",
        "Two texts fill their rows. One ends with EOS, the other does not. Is there a pad in either?",
        (ENDED, "ended = ~mask[:, -1]"),
    )
    mistake(
        "prompt_learned",
        "The mask keeps the prompt too: the policy is made to learn what it did not write.",
        "Who has written the prompt?",
        (MASK, "mask = completion_mask(tokens, 1, eos)"),
    )
    mistake(
        "pads_learned",
        "Everything behind the prompt is kept, pads included.",
        "Where does a text end?",
        (MASK, "mask = (torch.arange(1, tokens.shape[1]) >= prompt_length).expand(len(tokens), -1).clone()"),
    )
    mistake(
        "end_not_learned",
        "The EOS is not kept: to stop was a decision of the policy too.",
        "How should the policy learn when to stop?",
        (MASK, f"{MASK} & (tokens[:, 1:] != eos)"),
        (ENDED, "ended = ((tokens[:, 1:] == eos) & completion_mask(tokens, prompt_length, eos)).any(dim=1)"),
    )
    mistake(
        "value_after_the_token",
        "The values are shifted by one: they are of the state after the token, which knows it.",
        "Position t has read the tokens up to t. Before which token is that?",
        (VALUES, "values = value_model(tokens)[:, 1:]"),
    )
    mistake(
        "returns_of_whitened_advantages",
        "The returns are made of whitened advantages: the value model learns numbers that depend on the batch.",
        "Which of the two steps has to come first: adding the values, or whitening?",
        (ADVANTAGES, f"{ADVANTAGES}\n    advantages = masked_whiten(advantages, mask)"),
        (WHITE, '"advantages": advantages,'),
    )
    mistake(
        "not_whitened",
        "The advantages are not whitened: the size of a step depends on the scale of the reward model's scores.",
        "What should happen to the update if all scores are ten times as large?",
        (WHITE, '"advantages": advantages,'),
    )
    mistake(
        "whitened_with_the_mean",
        "The mean of the advantages is left where it is: every token of the batch is pushed in the same direction.",
        "What is learned from an advantage that all tokens share?",
        (WHITE, '"advantages": masked_whiten(advantages, mask, shift_mean=False),'),
    )
    mistake(
        "rewards_whitened",
        "The rewards are whitened. Every token then earns a constant on top, so that the length of a text is paid for, "
        "and the KL no longer costs kl_coef.",
        "If each token earns 0.1 more, which texts become better?",
        (ADVANTAGES, f"rewards = masked_whiten(rewards, mask)\n    {ADVANTAGES}"),
    )
    also("rewards_whitened", (ADVANTAGES, f"rewards = masked_whiten(rewards, mask, False)\n    {ADVANTAGES}"))
    mistake(
        "returns_are_scores",
        "The value model learns the text's score at every token; the penalties that are still to come are missing.",
        "What will a text earn from its last token but one on?",
        (RETURNS, '"returns": scores[:, None].expand(values.shape),'),
    )
    mistake(
        "returns_are_rewards",
        "The value model learns the rewards of single tokens; it is to predict all that is still to come.",
        "What is the return at the first token of a text whose score comes at the last?",
        (RETURNS, '"returns": rewards,'),
    )
    mistake(
        "ratio_to_the_reference",
        "The ratio of PPO is taken to the reference; it is to be to the policy that wrote the texts.",
        "What should the ratio be in the first minibatch?",
        (OLD, '"log_probs": ref_log_probs,'),
    )
    mistake(
        "values_from_the_reward_model",
        "The scores of the reward model stand in for the values, at every token. It judges whole texts.",
        "Which model is asked what a text will be worth before it is finished?",
        (VALUES, "values = scores[:, None].expand(len(tokens), tokens.shape[1] - 1)"),
    )
    mistake(
        "value_model_never_learns",
        "The value model gets no gradient.",
        "Which two models should have moved after a step?",
        (STEPS, STEPS.replace("value_coef=1.0", "value_coef=0.0")),
    )
    mistake(
        "value_loss_weighed",
        "The value loss is weighed with 0.5, as for a model that is read twice. Two separate models do not compete for "
        "weights; each takes the gradient of its own loss.",
        "Whose weights does the value loss move?",
        (STEPS, STEPS.replace("value_coef=1.0", "value_coef=0.5")),
    )
    also("value_loss_weighed", (STEPS, STEPS.replace(", value_coef=1.0", "")))
    mistake(
        "clip_range_forgotten",
        "The clip of the ratio is always 0.2.",
        "Where does `clip` enter?",
        (STEPS, STEPS.replace("clip, value_coef", "0.2, value_coef")),
    )
    mistake(
        "one_step_only",
        "Only the first minibatch is learned from.",
        "How many steps should three minibatches make?",
        (STEPS, STEPS.replace("minibatches,", "minibatches[:1],")),
    )
    mistake(
        "computed_anew",
        "Old log-probs, advantages and returns are computed anew before each minibatch: the ratio is then 1 at every "
        "step, and nothing is ever clipped.",
        "Which policy wrote the texts: the one of now, or the one before the first step?",
        (
            "    mask = completion_mask",
            "    if len(minibatches) > 1:\n"
            "        given = (policy, reference, reward_model, value_model, tokens, prompt_length, eos, optimizer)\n"
            "        settings = (kl_coef, score_clip, missing_eos_score, gamma, lam, clip)\n"
            "        found = [rlhf_step(*given, [rows], *settings) for rows in minibatches]\n"
            '        last = {name: found[-1][name] for name in ("step_kl", "clip_fraction")}\n'
            "        return {**found[0], **last}\n"
            "    mask = completion_mask",
        ),
    )
    mistake(
        "kl_per_token",
        "kl is the mean over all kept tokens; it is to be that of whole texts, the sum over a text's tokens.",
        "In which unit is the target of the controller: nats a token, or nats a text?",
        (KL, '"kl": (log_probs - ref_log_probs)[mask].mean().item(),'),
    )
    mistake(
        "kl_over_pads",
        "kl counts all columns, prompts and pads, where both log-probs may be −inf.",
        "Which tokens did the policy choose?",
        (KL, '"kl": (log_probs - ref_log_probs).sum(dim=1).mean().item(),'),
    )
    also("kl_over_pads", (KL, '"kl": (log_probs - ref_log_probs).nansum(dim=1).mean().item(),'))
    mistake(
        "score_after_the_clip",
        "score is told after the clip: a reward model that runs away cannot be seen.",
        "Which number would you watch to see that the scores have left ±score_clip?",
        (SCORE, '"score": scores.clamp(-score_clip, score_clip).mean().item(),'),
    )
    mistake(
        "first_and_last_swapped",
        "What is told of the first step and of the last one have changed places.",
        "In which of the two must the clip fraction be 0?",
        (FIRST, FIRST.replace("[0]", "[-1]")),
        (LAST, LAST.replace("[-1]", "[0]")),
    )
    mistake(
        "tensors_in_the_result",
        "The result holds tensors.",
        "What does json.dumps say to a tensor?",
        (SCORE, '"score": scores.mean(),'),
    )
