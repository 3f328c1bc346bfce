"""What goes wrong with the advantages of tokens, and with their whitening."""

from __future__ import annotations

from autograder.exercise import Judgement

DELTA = "rewards[:, t] + gamma * next_value - values[:, t]"
STEP = "delta + gamma * lam * next_advantage"
KEPT = f"torch.where(mask[:, t], {STEP}, 0.0)"
NEXT_VALUE = "next_value = torch.where(mask[:, t], values[:, t], 0.0)"
NEXT_ADVANTAGE = "next_advantage = advantages[:, t]"
RESULT = "return advantages"
BACKWARDS = "reversed(range(rewards.shape[1]))"
CHOSEN = "torch.where(mask, whitened, 0.0)"
WHITENED = "(advantages - kept.mean()) / (kept.std(correction=0) + 1e-8)"


def kept(name: str, step: int) -> str:
    """What stands so many columns further on; 0 where nothing is kept, or no column is."""
    column = f"t {'+' if step > 0 else '-'} {abs(step)}"
    return f"(torch.where(mask[:, {column}], {name}[:, {column}], 0.0) if 0 <= {column} < mask.shape[1] else 0.0)"


def along(axis: int) -> str:
    """Whitening along one axis only."""
    return (
        "torch.where(mask, _whitened(advantages, mask), 0.0)\n\n\n"
        "def _whitened(x, mask):\n"
        "    centred = x - _mean(x, mask)\n"
        "    return centred / (_mean(centred**2, mask).sqrt() + 1e-8)\n\n\n"
        "def _mean(x, mask):\n"
        f"    total = torch.where(mask, x, 0.0).sum({axis}, keepdim=True)\n"
        f"    return total / mask.sum({axis}, keepdim=True).clamp(min=1)"
    )


def add_misconceptions(token_advantages: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        token_advantages.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        token_advantages.another_form(identity, edits=edits)

    mistake(
        "mask_ignored",
        "The mask has no effect on the recursion: what stands at pads flows into the advantages before them.",
        "What comes behind the last token of a text?",
        (KEPT, STEP),
        (NEXT_VALUE, "next_value = values[:, t]"),
    )
    also(
        "mask_ignored",
        (KEPT, STEP),
        (NEXT_VALUE, "next_value = values[:, t]"),
        (RESULT, "return torch.where(mask, advantages, 0.0)"),
    )
    mistake(
        "value_of_a_pad",
        "Behind the last kept token the value of the pad is taken, as if the text went on. Its score has been given, "
        "and nothing follows.",
        "Is a text that has its EOS interrupted or finished, and what is V of a finished one?",
        (NEXT_VALUE, "next_value = values[:, t]"),
    )
    mistake(
        "recursion_runs_through_pads",
        "The mask cuts the value behind the last token, and not the recursion: the δ of pads flow into the text.",
        "Two things reach back from the column behind. Which of them does your mask cut?",
        (KEPT, STEP),
        (RESULT, "return torch.where(mask, advantages, 0.0)"),
    )
    also("recursion_runs_through_pads", (KEPT, STEP))
    mistake(
        "cut_one_early",
        "The recursion is cut at the last kept token, so the token before it sees neither its value nor its advantage.",
        "Which tokens have a kept token behind them: all, or all but the last?",
        (NEXT_VALUE, "goes_on = mask[:, t] & next_kept\n        " + NEXT_VALUE.replace("mask[:, t]", "goes_on")),
        (
            NEXT_ADVANTAGE,
            "next_advantage = torch.where(goes_on, advantages[:, t], 0.0)\n        next_kept = mask[:, t]",
        ),
        ("    for t in", "    next_kept = torch.zeros_like(mask[:, 0])\n    for t in"),
    )
    mistake(
        "value_after_the_token",
        "values[:, t] is read as the value after token t. It is that of the state before it, in which the token was "
        "chosen.",
        "What did the policy know when it chose token t, and which value speaks of that?",
        (DELTA, "rewards[:, t] + gamma * values[:, t] - (values[:, t - 1] if t else 0.0)"),
    )
    also(
        "value_after_the_token",
        (
            DELTA,
            f"rewards[:, t] + gamma * values[:, t] - {kept('values', -1)}",
        ),
    )
    also(
        "value_after_the_token",
        (
            DELTA,
            "rewards[:, t] + gamma * torch.where(mask[:, t + 1 :].any(dim=1), values[:, t], 0.0)"
            f" - {kept('values', -1)}",
        ),
    )
    mistake(
        "no_value_to_come",
        "δ leaves out the value of the next state.",
        "Besides its reward, what does a token earn: what is the state worth that it leads to?",
        (DELTA, "rewards[:, t] - values[:, t]"),
    )
    mistake(
        "no_value_taken_off",
        "δ leaves out − V: these are estimates of the return, not of the advantage.",
        "Better than what is a token with a positive advantage?",
        (DELTA, "rewards[:, t] + gamma * next_value"),
    )
    mistake(
        "returns_not_advantages",
        "The values have been added: these are the returns, which the value function is to learn.",
        "Which of both should be 0 on average, the return or the advantage?",
        (RESULT, "return advantages + torch.where(mask, values, 0.0)"),
    )
    mistake(
        "gamma_not_in_the_recursion",
        "The recursion decays by λ alone; it is γλ.",
        "With λ = 1 a reward two tokens ahead should count γ². What does it count here?",
        (STEP, "delta + lam * next_advantage"),
    )
    mistake(
        "gamma_not_in_delta",
        "δ takes the next value whole; it is worth γ of it.",
        "For λ = 0, where should γ show?",
        (DELTA, "rewards[:, t] + next_value - values[:, t]"),
    )
    mistake(
        "lambda_ignored",
        "λ has no effect: these are the advantages for λ = 1.",
        "What should the advantage be for λ = 0?",
        (STEP, "delta + gamma * next_advantage"),
    )
    mistake(
        "one_step_only",
        "Only δ is returned, the advantage for λ = 0.",
        "How does the score, at the last token, reach the first one?",
        (STEP, "delta"),
    )
    mistake(
        "lambda_in_delta",
        "γ and λ have changed places: δ has λ for γ.",
        "Which of both says how much a later reward is worth, and which how far an estimate is trusted?",
        (DELTA, "rewards[:, t] + lam * next_value - values[:, t]"),
    )
    mistake(
        "forwards",
        "The loop runs from the first token to the last, so an advantage sums up what lies before its token.",
        "Can a token change a reward that came before it?",
        (BACKWARDS, "range(rewards.shape[1])"),
    )
    also(
        "forwards",
        (BACKWARDS, "range(rewards.shape[1])"),
        (DELTA, f"rewards[:, t] + gamma * {kept('values', 1)} - values[:, t]"),
    )
    mistake(
        "reward_shifted",
        "δ takes the reward of another column: r_t is the one for token t.",
        "Which reward follows on action t?",
        (DELTA, "rewards[:, t - 1] + gamma * next_value - values[:, t]"),
    )
    also("reward_shifted", (DELTA, "rewards[:, min(t + 1, rewards.shape[1] - 1)] + gamma * next_value - values[:, t]"))
    for step in (-1, 1):
        also("reward_shifted", (DELTA, f"{kept('rewards', step)} + gamma * next_value - values[:, t]"))
    mistake(
        "whitened_at_once",
        "token_advantages returns whitened advantages. The returns need them as they are.",
        "What is the mean of whitened advantages plus values, and what that of the returns?",
        (RESULT, "return whiten(advantages, mask)"),
    )
    mistake(
        "advantages_have_a_gradient",
        "A gradient comes from the advantages to the values: the policy's loss would teach the value function to make "
        "the advantages look good.",
        "Which loss should move the value function?",
        ("@torch.no_grad()\ndef token_advantages", "def token_advantages"),
        ("    advantages = torch.empty_like(rewards)\n", "    columns = []\n"),
        (f"advantages[:, t] = {KEPT}", f"columns.append({KEPT})"),
        (NEXT_ADVANTAGE, "next_advantage = columns[-1]"),
        (RESULT, "return torch.stack(columns[::-1], dim=1)"),
    )
    also("advantages_have_a_gradient", ("@torch.no_grad()\ndef whiten", "def whiten"))
    mistake(
        "whitened_over_pads",
        "Mean and deviation are taken over all columns: the 0 of every pad draws the mean to 0 and the deviation down.",
        "Should the step size depend on how much padding a batch has?",
        ("kept = advantages[mask]", "kept = torch.where(mask, advantages, 0.0)"),
    )
    also("whitened_over_pads", ("kept = advantages[mask]", "kept = advantages"))
    mistake(
        "whitened_text_by_text",
        "Each text is whitened by itself: a bad text then looks as good as a good one.",
        "All tokens of one text have the advantage −1, those of another +1. What should become of them?",
        (WHITENED, "advantages"),
        (CHOSEN, along(1)),
    )
    mistake(
        "whitened_column_by_column",
        "Each column is whitened by itself, so that a position at which all texts are bad looks like one at which they "
        "are good, and a column with one kept token is lost.",
        "Over what should the mean be 0: over each position, or over all tokens?",
        (WHITENED, "advantages"),
        (CHOSEN, along(0)),
    )
    mistake(
        "pads_not_zero",
        "What is not kept does not become 0.",
        "Which part should a pad have in the loss?",
        (CHOSEN, "whitened"),
    )
    also(
        "pads_not_zero",
        (KEPT, STEP),
        (NEXT_ADVANTAGE, "next_advantage = torch.where(mask[:, t], advantages[:, t], 0.0)"),
    )
    mistake(
        "multiplied_by_the_mask",
        "What is not kept is multiplied by 0. Where NaN stands, it stays NaN.",
        "Which operation chooses a 0 without computing with what it replaces?",
        (CHOSEN, "whitened * mask"),
    )
    also(
        "multiplied_by_the_mask",
        (KEPT, f"({STEP}) * mask[:, t]"),
        (NEXT_VALUE, "next_value = values[:, t] * mask[:, t]"),
    )
    mistake(
        "divided_by_the_variance",
        "The advantages are divided by their variance; their standard deviation is its root.",
        "If all advantages are ten times as large, should the whitened ones change?",
        ("kept.std(", "kept.var("),
    )
    mistake(
        "mean_not_taken_off",
        "The mean stays in: only the deviation becomes 1.",
        "What is the mean of whitened numbers?",
        ("(advantages - kept.mean())", "advantages"),
    )
    mistake(
        "only_centred",
        "The mean is taken off, and the deviation stays as it was.",
        "What is the variance of whitened numbers?",
        (WHITENED, "advantages - kept.mean()"),
    )
    mistake(
        "divides_by_n_minus_one",
        "The deviation divides by n − 1, so one kept token alone gives 0/0.",
        "By what does the statement's standard deviation divide?",
        ("correction=0", "correction=1"),
    )
    mistake(
        "no_floor",
        "Nothing is added to the deviation: where all advantages are equal, this is 0/0.",
        "What is left of (A − mean) / std if all A are equal?",
        ("correction=0) + 1e-8)", "correction=0))"),
    )
