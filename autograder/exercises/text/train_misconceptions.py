"""What goes wrong in `text.train`: its misconceptions, most of them edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

OTHERS = "others = (rewards.sum(dim=0) - rewards) / (len(rewards) - 1)"
WEIGHTS, REINFORCE = "leave_one_out(rewards)", "text_rl.reinforce_loss(log_probs, leave_one_out(rewards), mask)"
GENERATE = "sampling.generate(model, prompts, new_tokens)"
ASKED, WRITTEN = "        prompts = environment.prompts(batch)\n", f"        tokens = {GENERATE}\n"
MASK = "text_rl.completion_mask(tokens, prompts.shape[1], eos)"
BONUS = " - entropy_coef * entropy"
ZERO, STEP = "        optimizer.zero_grad()\n", "        optimizer.step()\n"
LOGITS = "        logits = model(tokens)\n"
LOOP = "    for _ in range(updates):\n"


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
        judgement.misconception(identity, edits=edits, source=source, message=message, question=question)

    mistake(
        "sign_flipped",
        "The sign of the loss is wrong: texts that earned more become rarer.",
        "Minimising −w · log π: does log π rise or fall where w is positive?",
        (f"loss = {REINFORCE}", f"loss = -{REINFORCE}"),
    )
    mistake(
        "baseline_less_reward",
        "The weights are baseline − reward, so texts that earned more become rarer.",
        "Which sign should the weight of the best text of a batch have?",
        ("rewards - others", "others - rewards"),
    )
    mistake(
        "no_baseline",
        "The weights are the rewards themselves. Where all are positive, everything that is written becomes likelier.",
        "What does the gradient look like if 100 is added to every reward?",
        (WEIGHTS, "rewards"),
    )
    mistake(
        "baseline_includes_itself",
        "The mean of the whole batch is subtracted, the text's own reward included: the gradient is (n − 1)/n of what "
        "it "
        "should be.",
        "In a batch of two, how far can a reward lie from a mean of which it is one half?",
        (OTHERS, "others = rewards.mean(dim=0)"),
    )
    judgement.another_form("baseline_includes_itself", edit=(WEIGHTS, "(rewards - rewards.mean())"))
    mistake(
        "divides_by_all",
        "The sum of the other rewards is divided by the number of all of them.",
        "How many others does a text have in a batch of n?",
        (OTHERS, OTHERS.replace("(len(rewards) - 1)", "len(rewards)")),
    )
    mistake(
        "mean_over_all_axes",
        "The rewards of all places are thrown together; each place has others of its own.",
        "Rewards of shape (batch, time) are given. Along which axis do the others of one of them lie?",
        (OTHERS, "others = (rewards.sum() - rewards) / (rewards.numel() - 1)"),
    )
    mistake(
        "standardised",
        "The weights are divided by their standard deviation, which is not asked for: each update then has another "
        "scale.",
        "What does the division do to a batch in which all texts are nearly equally good?",
        (WEIGHTS, "(lambda w: w / (w.std() + 1e-8))(leave_one_out(rewards))"),
    )
    mistake(
        "prompt_in_the_loss",
        "The tokens of the prompt count too, although the model did not choose them.",
        "Which of the log-probs belong to decisions of the model?",
        (MASK, "text_rl.completion_mask(tokens, 1, eos)"),
    )
    mistake(
        "counts_behind_the_end",
        "What stands behind eos counts too: it was never part of the text.",
        "The reward ignores what follows eos. What does the gradient of these tokens consist of?",
        (MASK, "text_rl.completion_mask(tokens, prompts.shape[1], -1)"),
    )
    mistake(
        "mean_over_tokens",
        "The loss is the mean over all tokens. It should be each text's sum, averaged over the texts.",
        "By what factor does a token of a batch of long texts weigh less than one of short texts?",
        (REINFORCE, f"{REINFORCE} * len(tokens) / mask.sum()"),
    )
    mistake(
        "entropy_punished",
        "Entropy is added to the loss, so the policy is driven to be sure instead of being kept open.",
        "What is minimised, and what is to be large?",
        (BONUS, " + entropy_coef * entropy"),
    )
    mistake(
        "no_entropy",
        "entropy_coef has no effect.",
        "In which term of the loss does entropy_coef stand?",
        (BONUS, ""),
    )
    mistake(
        "entropy_of_everything",
        "The entropy is averaged over all positions, also those that do not count.",
        "Which argument of entropy_bonus says where the policy had a choice?",
        ("text_rl.entropy_bonus(logits, mask)", "text_rl.entropy_bonus(logits, torch.ones_like(mask))"),
    )
    mistake(
        "gradients_pile_up",
        "The gradients are never cleared: each update uses the sum over all updates so far.",
        "What does `backward()` do where `.grad` holds something already?",
        (ZERO, ""),
    )
    mistake(
        "cleared_after_the_step_only",
        "The gradients are cleared after each step but not before the first, so what the policy came with is added.",
        "What do the parameters hold that someone computed a gradient for just before?",
        (ZERO, ""),
        (STEP, STEP + ZERO),
    )
    mistake(
        "step_before_backward",
        "The optimizer steps before the gradient of this batch is there.",
        "Which texts made the gradient that the first step uses?",
        (ZERO + "        loss.backward()\n" + STEP, STEP + ZERO + "        loss.backward()\n"),
    )
    mistake(
        "training_mode",
        "The policy is left in the mode in which it came. In training mode dropout would make each call another "
        "policy.",
        "Is the policy that scores a text the one that wrote it, if both drop units at random?",
        ("    model.eval()\n", ""),
    )
    mistake(
        "training_mode_for_the_update",
        "The policy writes in evaluation mode and is scored in training mode.",
        "Is the policy that scores a text the one that wrote it, if one of them drops units?",
        (
            "        logits = model(tokens)\n",
            "        model.train()\n        logits = model(tokens)\n        model.eval()\n",
        ),
    )
    mistake(
        "texts_written_beforehand",
        "All texts are written before the first update, so later updates learn from a policy that is no more.",
        "Of which policy must the texts of the third update be draws?",
        (
            LOOP + ASKED + WRITTEN,
            "    asked = [environment.prompts(batch) for _ in range(updates)]\n"
            f"    written = [{GENERATE} for prompts in asked]\n"
            "    for prompts, tokens in zip(asked, written):\n",
        ),
    )
    mistake(
        "same_prompts_again",
        "Prompts are asked for once, and every update uses them again.",
        "What does a policy learn of prompts that it never sees?",
        (LOOP + ASKED, ASKED.replace("        ", "    ") + LOOP),
    )
    mistake(
        "same_texts_again",
        "Prompts and texts are made once; every update learns from the first policy's texts.",
        "Of which policy must the texts of the third update be draws?",
        (LOOP + ASKED + WRITTEN, (ASKED + WRITTEN).replace("        ", "    ") + LOOP),
    )
    mistake(
        "always_the_likeliest",
        "The likeliest token is taken each time. Without chance there is nothing to compare, and the estimate is no "
        "longer "
        "that of the expected reward.",
        "Over which distribution is the mean taken of which REINFORCE is an estimate?",
        (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, temperature=0.0)")),
    )
    mistake(
        "another_temperature",
        "The texts are drawn at another temperature than the one at which they are scored.",
        "Which policy's log-probs are in the loss: that at temperature 1, or the one that wrote?",
        (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, temperature=0.7)")),
    )
    judgement.another_form(
        "another_temperature", edit=(GENERATE, GENERATE.replace("new_tokens)", "new_tokens, temperature=1.5)"))
    )
    mistake(
        "filtered_draws",
        "Unlikely tokens are never drawn: the filter makes another policy of which the loss knows nothing.",
        "What happens to a token that is better than all others and is not among the k likeliest?",
        (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, top_k=2)")),
    )
    judgement.another_form("filtered_draws", edit=(GENERATE, GENERATE.replace("new_tokens)", "new_tokens, top_p=0.8)")))
    mistake(
        "one_prompt_for_all",
        "One prompt is asked for and repeated for the whole batch.",
        "How many different prompts should an update see?",
        ("environment.prompts(batch)", "environment.prompts(2)[:1].repeat(batch, 1)"),
    )
    mistake(
        "rewards_without_prompts",
        "The environment is shown the completions alone, and cannot know what was asked.",
        "What does `rewards` need to see to judge an answer?",
        ("environment.rewards(tokens)", "environment.rewards(tokens[:, prompts.shape[1] :])"),
    )
    mistake(
        "logs_the_first_term",
        "The logged loss lacks the entropy's part.",
        "Which number was `backward` called on?",
        ('"loss": loss.item()', '"loss": (loss + entropy_coef * entropy).item()'),
    )
    mistake(
        "length_of_the_room",
        "The logged length is that of all new tokens, not that of the texts, which end with their eos.",
        "How long is the text `7 eos 3 3`?",
        ("mask.sum().item() / batch", "float(new_tokens)"),
    )
    mistake(
        "length_with_the_prompt",
        "The logged length counts the prompt as well.",
        "Which tokens did the model write?",
        ("mask.sum().item() / batch", "mask.sum().item() / batch + prompts.shape[1]"),
    )
    mistake(
        "reward_of_the_best",
        "The logged reward is the best of the batch, which says more of luck than of the policy.",
        "What does the expected reward of a policy average over?",
        ('"reward": rewards.mean().item()', '"reward": rewards.max().item()'),
    )
    mistake(
        "tensors_in_the_log",
        "The log holds tensors. They cannot be written as JSON, and may keep a whole graph alive.",
        "What does json.dumps say to a tensor?",
        ("rewards.mean().item()", "rewards.mean()"),
        ("loss.item()", "loss"),
        ("entropy.item()", "entropy"),
        ("mask.sum().item() / batch", "mask.sum() / batch"),
    )
    mistake(
        "logs_the_last_only",
        "Only the last update is told of.",
        "How many entries should the log of 50 updates have?",
        ("        log.append(", "        log[:] = [] if log is None else []\n        log.append("),
    )
