"""What goes wrong in `grpo.train`: its misconceptions, edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

START = "    start = copy.deepcopy(model).eval()\n"
LOOP = "    for _ in range(updates):\n"
ASK = "environment.prompts(prompts)"
ASKED = f"        asked = {ASK}.repeat_interleave(group, 0)\n"
GENERATE = "sampling.generate(model, asked, new_tokens)"
WRITTEN = f"        tokens = {GENERATE}\n"
REWARDED = "        rewards = environment.rewards(tokens)\n"
ADVANTAGES = "grpo.grpo_advantages(rewards, group)"
MASK = "text_rl.completion_mask(tokens, asked.shape[1], eos)"
OLD = "            old_log_probs = text_rl.sequence_log_probs(model(tokens), tokens)\n"
START_LOG_PROBS = "text_rl.sequence_log_probs(start(tokens), tokens)"
STEPS = "        for _ in range(steps):\n"
NOW = "            log_probs = text_rl.sequence_log_probs(model(tokens), tokens)\n"
SCORED = (OLD, START_LOG_PROBS, NOW)
LOSS = (
    "            loss = grpo.grpo_loss(\n"
    "                log_probs, old_log_probs, advantages, mask, ref_log_probs=start_log_probs, kl_coef=kl_coef\n"
    "            )\n"
)
ZERO, BACKWARD, STEP = (
    "            optimizer.zero_grad()\n",
    "            loss.backward()\n",
    "            optimizer.step()\n",
)
SILENT = "(grouped == grouped[:, :1]).all(1).float().mean().item()"
KL = "torch.where(mask, old_log_probs - start_log_probs, 0.0).sum(1).mean().item()"
EVAL = "    model.eval()\n"


def add_misconceptions(train: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        train.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        train.another_form(identity, edits=edits)

    mistake(
        "copies_apart",
        "The copies of a prompt do not stand side by side: `repeat` puts the whole list behind itself. A group then "
        "mixes texts for different prompts.",
        "What do `repeat(2, 1)` and `repeat_interleave(2, dim=0)` make of the rows a, b?",
        (".repeat_interleave(group, 0)", ".repeat(group, 1)"),
    )
    mistake(
        "texts_repeated",
        "One text is written for each prompt and then copied: all texts of a group are the same, and nothing can be "
        "compared.",
        "What are the advantages of eight copies of one text?",
        (ASKED, f"        asked = {ASK}\n"),
        (GENERATE, f"{GENERATE}.repeat_interleave(group, dim=0)"),
    )
    mistake(
        "every_text_its_own_prompt",
        "prompts · group different prompts are asked for: in a group every text answers another question.",
        "What do the texts of a group have in common, that they can be compared?",
        (ASKED, f"        asked = {ASK.replace('prompts)', 'prompts * group)')}\n"),
    )
    mistake(
        "same_prompts_again",
        "Prompts are asked for once, and every update uses them again.",
        "What does a policy learn of prompts that it never sees?",
        (LOOP + ASKED, ASKED.replace("        ", "    ") + LOOP),
    )
    mistake(
        "texts_written_beforehand",
        "All texts are written before the first update, so later updates learn from a policy that is no more.",
        "Of which policy must the texts of the third update be draws?",
        (
            LOOP + ASKED + WRITTEN,
            f"    asked_for = [{ASK}.repeat_interleave(group, 0) for _ in range(updates)]\n"
            f"    written = [{GENERATE} for asked in asked_for]\n"
            "    for asked, tokens in zip(asked_for, written):\n",
        ),
    )
    also(
        "texts_written_beforehand",
        (
            LOOP + ASKED + WRITTEN + REWARDED,
            "    written = []\n"
            + LOOP
            + ASKED
            + WRITTEN
            + "        written.append((asked, tokens, environment.rewards(tokens)))\n"
            "    for asked, tokens, rewards in written:\n",
        ),
    )
    mistake(
        "new_texts_for_every_step",
        "Each step writes texts of its own. The point of the ratio and the clip is that one batch, which was dear, "
        "serves for several steps.",
        "How often should the environment be asked in one update of four steps?",
        (STEPS + NOW, STEPS + "".join("    " + line for line in (WRITTEN, REWARDED)) + NOW),
    )
    also(
        "new_texts_for_every_step",
        (LOOP, "    for number in range(updates * steps):\n"),
        (STEPS, "        for _ in range(1):\n"),
        ("        log.append(", "        if number % steps == steps - 1:\n          log.append("),
    )
    mistake(
        "one_step_only",
        "There is one step for each batch, whatever `steps` says.",
        "How many steps should 3 updates with steps = 2 make?",
        (STEPS, "        for _ in range(1):\n"),
    )
    mistake(
        "ratio_to_itself",
        "The old log-probs are computed again in every step: the ratio is always 1, nothing is clipped, and the second "
        "step weighs tokens as if the texts were its own.",
        "Which policy wrote these texts: that before the first step, or that before the second?",
        (STEPS + NOW, STEPS + NOW + "            old_log_probs = log_probs.detach()\n"),
    )
    mistake(
        "ratio_to_the_start",
        "The ratio is taken to the policy at the start of training. It is that to the policy which wrote this batch.",
        "What should all ratios be in the first step of every update?",
        (LOSS, LOSS.replace("log_probs, old_log_probs,", "log_probs, start_log_probs,")),
    )
    mistake(
        "start_moves_along",
        "The start moves along, because it is the model itself, or is copied anew for each batch: the distance is "
        "always 0, and nothing holds the policy near where it began.",
        "How far can a policy walk in 100 updates, if each is measured from the one before?",
        (START, "    start = model\n"),
    )
    also(
        "start_moves_along",
        (START, ""),
        (LOOP, LOOP + "        start = copy.deepcopy(model).eval()\n"),
    )
    mistake(
        "start_in_training_mode",
        "The copy is left in the mode in which the policy came. With dropout, its log-probs differ from the policy's "
        "before anything is learned.",
        "What should the distance be in the first update?",
        (START, START.replace(".eval()", "")),
    )
    mistake(
        "training_mode",
        "The policy is left in the mode in which it came. In training mode dropout would make each call another "
        "policy.",
        "Is the policy that scores a text the one that wrote it, if both drop units at random?",
        (EVAL, ""),
    )
    mistake(
        "training_mode_for_the_update",
        "The policy writes in evaluation mode and learns in training mode.",
        "What should all ratios be in the first step of every update, and what are they if units are dropped?",
        (STEPS, "        model.train()\n" + STEPS),
        ("        grouped = ", "        model.eval()\n        grouped = "),
    )
    mistake(
        "no_distance",
        "kl_coef has no effect.",
        "Which argument of grpo_loss says what the distance costs?",
        (LOSS, LOSS.replace(", ref_log_probs=start_log_probs, kl_coef=kl_coef", "")),
    )
    also("no_distance", (LOSS, LOSS.replace("kl_coef=kl_coef", "kl_coef=0.0")))
    mistake(
        "distance_from_the_old_policy",
        "The distance is measured from the policy that wrote the batch, not from the start of training.",
        "How far can a policy walk in 100 steps, if each is measured from the one before?",
        (LOSS, LOSS.replace("ref_log_probs=start_log_probs", "ref_log_probs=old_log_probs")),
    )
    mistake(
        "distance_charged_twice",
        "The distance is paid for twice: taken off the rewards, and again in the loss.",
        "In how many places should kl_coef stand?",
        (
            LOSS,
            LOSS.replace(
                "advantages,",
                "advantages - kl_coef * torch.where(mask, old_log_probs - start_log_probs, 0.0).sum(dim=1),",
            ),
        ),
    )
    also(
        "distance_charged_twice",
        (f"        advantages = {ADVANTAGES}\n", ""),
        (
            STEPS,
            "        paid = rewards - kl_coef * torch.where(mask, old_log_probs - start_log_probs, 0.0).sum(dim=1)\n"
            "        advantages = grpo.grpo_advantages(paid, group)\n" + STEPS,
        ),
    )
    mistake(
        "rewards_for_advantages",
        "The rewards are used as they are, not compared with those of their group.",
        "Every text for some prompt gets 1. What should they teach?",
        (ADVANTAGES, "rewards"),
    )
    mistake(
        "one_group_for_all",
        "The whole batch is one group: texts for an easy prompt look good, those for a hard one bad.",
        "Every text for some prompt gets 1. What should they teach?",
        (ADVANTAGES, "grpo.grpo_advantages(rewards, len(rewards))"),
    )
    mistake(
        "without_the_standard_deviation",
        "The advantages are not divided by the standard deviation, or are those of RLOO.",
        "Which of the two advantages does GRPO take?",
        (ADVANTAGES, "grpo.grpo_advantages(rewards, group, by_std=False)"),
    )
    also("without_the_standard_deviation", (ADVANTAGES, "grpo.rloo_advantages(rewards, group)"))
    mistake(
        "sign_flipped",
        "The sign of the loss is wrong: texts that earned more become rarer.",
        "`grpo_loss` is to be minimised already. What does another minus do?",
        (BACKWARD, BACKWARD.replace("loss.", "(-loss).")),
    )
    mistake(
        "prompt_in_the_loss",
        "The tokens of the prompt count too, although the policy did not choose them.",
        "Which of the log-probs belong to decisions of the policy?",
        (MASK, "text_rl.completion_mask(tokens, 1, eos)"),
    )
    also("prompt_in_the_loss", (MASK, f"{MASK} | (torch.arange(1, tokens.shape[1]) < asked.shape[1])"))
    mistake(
        "counts_behind_the_end",
        "What stands behind eos counts too: it was never part of the text.",
        "The reward ignores what follows eos. What does the gradient of these tokens consist of?",
        (MASK, "text_rl.completion_mask(tokens, asked.shape[1], -1)"),
    )
    mistake(
        "another_aggregation",
        "The loss is not averaged text by text, as in GRPO.",
        "What is the default of grpo_loss?",
        (LOSS, LOSS.replace("kl_coef=kl_coef", 'kl_coef=kl_coef, aggregation="token"')),
    )
    also("another_aggregation", (LOSS, LOSS.replace("kl_coef=kl_coef", 'kl_coef=kl_coef, aggregation="constant"')))
    mistake(
        "gradients_pile_up",
        "The gradients are never cleared: each step uses the sum over all steps so far.",
        "What does `backward()` do where `.grad` holds something already?",
        (ZERO, ""),
    )
    mistake(
        "cleared_once_for_each_batch",
        "The gradients are cleared once for each batch: its second step uses the sum of two gradients.",
        "What does `backward()` do where `.grad` holds something already?",
        (ZERO, ""),
        (STEPS, "        optimizer.zero_grad()\n" + STEPS),
    )
    mistake(
        "cleared_after_the_step_only",
        "The gradients are cleared after each step but not before the first, so what the policy came with is added.",
        "What do the parameters hold that someone computed a gradient for just before?",
        (ZERO, ""),
        (STEP, STEP + ZERO),
    )
    mistake(
        "step_after_all",
        "The gradients of all steps are added up for a single step of the optimizer.",
        "With steps = 3, how often does the optimizer step on each batch?",
        (ZERO, ""),
        (STEP, ""),
        (STEPS, "        optimizer.zero_grad()\n" + STEPS),
        ("        grouped = ", "        optimizer.step()\n        grouped = "),
    )
    mistake(
        "always_the_likeliest",
        "The likeliest token is taken each time: all texts of a group are the same, and nothing can be compared.",
        "What are the advantages of eight copies of one text?",
        (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, temperature=0.0)")),
    )
    mistake(
        "another_temperature",
        "The texts are drawn at another temperature than the one at which they are scored.",
        "Which policy's log-probs are in the loss: that at temperature 1, or the one that wrote?",
        (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, temperature=0.7)")),
    )
    also("another_temperature", (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, temperature=1.5)")))
    for temperature in (0.7, 1.5):
        edits = [(scored, scored.replace(", tokens)", f", tokens, temperature={temperature})")) for scored in SCORED]
        also("another_temperature", *edits)
    mistake(
        "filtered_draws",
        "Unlikely tokens are never drawn: the filter makes another policy of which the loss knows nothing.",
        "What happens to a token that is better than all others and is not among the k likeliest?",
        (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, top_k=2)")),
    )
    also("filtered_draws", (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, top_p=0.9)")))
    mistake(
        "rewards_without_prompts",
        "The environment is shown the completions alone, and cannot know what was asked.",
        "What does `rewards` need to see to judge an answer?",
        ("environment.rewards(tokens)", "environment.rewards(tokens[:, asked.shape[1] :])"),
    )
    mistake(
        "silent_for_varied",
        "`silent` counts the groups that differ; asked for are those in which all are paid alike.",
        "What should `silent` be for a reward that is the same for every text?",
        (SILENT, f"1.0 - {SILENT}"),
    )
    mistake(
        "silent_where_all_fail",
        "`silent` counts the groups whose rewards are all 0. A group whose texts are all right says as little.",
        "What are the advantages of a group in which every text is right?",
        (SILENT, "(grouped == 0).all(dim=1).float().mean().item()"),
    )
    mistake(
        "mean_distance_of_tokens",
        "`kl` is a mean over tokens; asked for is the mean over texts of what a whole completion sums up to.",
        "What is log π(text) in terms of the log-probs of its tokens: their sum or their mean?",
        (KL, "(old_log_probs - start_log_probs)[mask].mean().item()"),
    )
    also("mean_distance_of_tokens", (KL, KL.replace(".sum(1)", ".sum(1).div(mask.sum(1))")))
    mistake(
        "distance_over_all_columns",
        "`kl` counts all columns: prompts, and what stands behind the eos.",
        "Which tokens did the policy choose?",
        (KL, "(old_log_probs - start_log_probs).sum(dim=1).mean().item()"),
    )
    mistake(
        "distance_has_the_other_sign",
        "`kl` is log π_start − log π: its mean would be negative.",
        "Can a KL be negative?",
        (KL, KL.replace("old_log_probs - start_log_probs", "start_log_probs - old_log_probs")),
    )
    mistake(
        "distance_after_the_update",
        "`kl` is that of the policy after the steps, on texts that an older one wrote.",
        "On whose own texts is the mean of log π − log π_start an estimate of the KL?",
        (KL, KL.replace("old_log_probs", "log_probs")),
    )
    also(
        "distance_after_the_update",
        (KL, KL.replace("old_log_probs", "text_rl.sequence_log_probs(model(tokens), tokens)")),
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
        (SILENT, SILENT.replace(".item()", "")),
        (KL, KL.replace(".item()", "")),
    )
    mistake(
        "logs_the_last_only",
        "Only the last update is told of.",
        "How many entries should the log of 50 updates have?",
        ("        log.append(", "        log = []\n        log.append("),
    )
