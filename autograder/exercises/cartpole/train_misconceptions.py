"""What can be wrong in PPO's loop, with every function right: what is passed on, when, and from which model."""

from __future__ import annotations

from autograder.exercise import Judgement

ADVANTAGES = 'gae(rollout["rewards"], rollout["values"], rollout["next_values"], *ends, gamma, lam)'
ENDS = 'ends = (rollout["terminated"], rollout["truncated"])'
RETURNS = '"returns": advantages + rollout["values"]'
BATCH = "batch = {name: torch.from_numpy(array) for name, array in part.items()}"
CLIP = "                nn.utils.clip_grad_norm_(model.parameters(), max_norm)\n"
NORMAL = 'normalize_advantages(batch["advantages"])'
COLLECT = "rollout, observations = collecting.collect(env, Actor(model), observations, steps)"


def add_misconceptions(train: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        train.misconception(identity, edits=edits, message=message, question=question)

    mistake(
        "truncation_as_termination",
        "Both kinds of ends are passed on as terminations: a state that the clock ended counts as worth nothing.",
        "Which of the two arrays says that nothing follows?",
        (ENDS, 'ends = (rollout["terminated"] | rollout["truncated"], rollout["truncated"])'),
    )
    mistake(
        "ends_swapped",
        "Terminations and truncations are swapped on their way to `gae`.",
        "In which order does `gae` take them?",
        (ENDS, 'ends = (rollout["truncated"], rollout["terminated"])'),
    )
    mistake(
        "gamma_and_lam_swapped",
        "γ and λ are swapped.",
        "Which of the two discounts rewards, and which one blends estimates?",
        ("*ends, gamma, lam)", "*ends, lam, gamma)"),
    )
    mistake(
        "returns_without_values",
        "The value function is trained to the advantages. They say how much better it went than expected.",
        "If the values were perfect, what would the advantages be on average, and to what would the values be pulled?",
        (RETURNS, '"returns": advantages'),
    )
    mistake(
        "returns_of_rewards",
        "The value function is trained to the rewards of single steps.",
        "What does V(s) stand for, one reward or all that follow?",
        (RETURNS, '"returns": rollout["rewards"]'),
    )
    mistake(
        "reset_in_every_update",
        "The environment starts anew in every update: long episodes are never seen to their end.",
        "With 32 steps in a rollout and episodes of 500, which states are never met?",
        (COLLECT, "observations = env.reset()\n        " + COLLECT),
    )
    mistake(
        "starts_from_the_first_observations",
        "Each rollout is begun from the first observations, although the environment is somewhere else by then.",
        "What does `collect` return besides the rollout?",
        (COLLECT, COLLECT.replace("rollout, observations", "rollout, _")),
    )
    mistake(
        "advantages_not_normalised",
        "The advantages are not normalised.",
        "What happens to the size of a step when all rewards are ten times larger?",
        (NORMAL, 'batch["advantages"]'),
    )
    mistake(
        "normalised_before_returns",
        "The advantages are normalised before the returns are formed from them, so the values learn a wrong scale.",
        "Are returns sums of rewards, or of normalised numbers?",
        (
            "        rollout |=",
            "        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)\n        rollout |=",
        ),
    )
    mistake(
        "old_from_the_new_policy",
        "The old log-probabilities are those of the policy as it is now: the ratio is always 1, nothing is clipped.",
        "In the second epoch, with which policy were the actions drawn?",
        ('clipped_surrogate(log_probs, batch["log_probs"],', "clipped_surrogate(log_probs, log_probs,"),
    )
    mistake(
        "arguments_swapped",
        "New and old log-probabilities are swapped, so the gradient is cut off: the old ones count as data.",
        "Through which of the two must the gradient flow?",
        ('clipped_surrogate(log_probs, batch["log_probs"],', 'clipped_surrogate(batch["log_probs"], log_probs,'),
    )
    mistake(
        "value_not_clipped_to_the_old",
        "The value's loss takes the returns for the old values.",
        "Within the clip of what are the new values to stay?",
        ('batch["values"], batch["returns"], clip', 'batch["returns"], batch["returns"], clip'),
    )
    mistake(
        "entropy_sign",
        "Entropy is punished instead of rewarded: the loss is to be *smaller* where the policy is less sure.",
        "A loss is minimised. With which sign does something enter that is to grow?",
        ("- entropy_coef *", "+ entropy_coef *"),
    )
    mistake(
        "entropy_summed",
        "The entropies of the samples are summed; the other terms are means.",
        "What happens to the weight of the entropy when a minibatch is twice as large?",
        ("categorical_entropy(logits).mean()", "categorical_entropy(logits).sum()"),
    )
    mistake(
        "no_value_coefficient",
        "value_coef has no effect.",
        "Where does the weight of the value's loss enter?",
        ("value_coef * value_loss", "value_loss"),
    )
    mistake(
        "gradients_not_clipped",
        "The gradient's norm is not clipped.",
        "What does one large error of the value function do to the policy's step, if both share it?",
        (CLIP, ""),
    )
    mistake(
        "clipped_before_backward",
        "The norm is clipped before `backward`, when there is no gradient yet.",
        "When do gradients come into being, and when are they used?",
        (CLIP, ""),
        ("                loss.backward()\n", CLIP + "                loss.backward()\n"),
    )
    mistake(
        "clipped_by_value",
        "Each entry of the gradient is clipped by itself, which turns its direction; its norm is asked for.",
        "Which clipping leaves the direction of the gradient as it is?",
        ("clip_grad_norm_", "clip_grad_value_"),
    )
    mistake(
        "gradients_add_up",
        "Gradients are never set to zero: each step follows the sum of all minibatches so far.",
        "What does `backward` do with a gradient that is already there?",
        ("                optimizer.zero_grad()\n", ""),
    )
    mistake(
        "same_minibatches_in_every_epoch",
        "Every epoch has the same minibatches: the seed does not change with it.",
        "Which seed does the second epoch give to `minibatches`?",
        ("for _ in range(epochs):", "seed = next(fresh_seed)\n        for _ in range(epochs):"),
        ("seed=next(fresh_seed)", "seed=seed"),
    )
    mistake(
        "same_seed_always",
        "Every call of `minibatches` gets the same seed.",
        "In how many orders are the samples ever seen?",
        ("seed=next(fresh_seed)", "seed=0"),
    )
    mistake(
        "one_step_an_epoch",
        "The optimizer steps once an epoch, with the gradient of the last minibatch alone.",
        "How many steps are to be made in an epoch of four minibatches?",
        ("                optimizer.step()", "            optimizer.step()"),
    )
    mistake(
        "one_epoch",
        "`epochs` has no effect: each rollout is used once.",
        "What makes it safe to use the same samples again?",
        ("for _ in range(epochs):", "for _ in range(1):"),
    )
    mistake(
        "takes_the_likeliest",
        "The likeliest action is taken, not a drawn one: nothing is tried out, and the log-probabilities belong to "
        "another policy.",
        "From which distribution must an action come for its log-probability to be worth anything?",
        ("torch.multinomial(log_probs.exp(), 1)", "log_probs.argmax(dim=1, keepdim=True)"),
    )
    mistake(
        "draws_from_logits",
        "The logits are taken for log-probabilities.",
        "What must be true of the exponentials of log-probabilities?",
        (
            "self.model.logits(torch.from_numpy(observations)).log_softmax(dim=1)",
            "self.model.logits(torch.from_numpy(observations))",
        ),
    )
    mistake(
        "returns_probabilities",
        "act returns probabilities; log-probabilities are asked for.",
        "The ratio is exp(new − old). Of what?",
        ("log_probs.gather(1, actions).squeeze(1).numpy()", "log_probs.exp().gather(1, actions).squeeze(1).numpy()"),
    )
