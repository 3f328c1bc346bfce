"""Misconceptions of `text.rewards`: most of them are rewards that a model would soon learn to earn for nothing."""

from __future__ import annotations

from autograder.exercise import Judgement

ENDED = "ended = (completions == eos).cumsum(1).bool()"
AGREES = "agrees = (completions[:, :room] == answers[:, :room]) & text_mask(completions, eos)[:, :room]"
ENDS = "ends = (completions[:, length : length + 1] == eos).any(1)"
CREDIT = "return torch.where(agrees.all(1) & ends, 1.0, partial_credit * agrees.sum(1) / length)"
SORTED = "numbers.sort(1).values"
ANSWERS = "answers = zero + (a + b)[:, None] // places % 10"
FITS = "elif awaited and token == awaited[-1]:"
LEAST = "still_open = min(still_open, len(awaited))"
AT_THE_END = "right = token == eos and not awaited"
EARNED = "rewards.append(1.0 if right else partial_credit * (to_close - still_open) / to_close)"
PENALIZED = "return rewards - penalty * text_mask(completions, eos).float().mean(1)"


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        judgement.misconception(identity, edits=edits, message=message, question=question)

    mistake(
        "counts_the_eos",
        "The eos is counted as a part of the text.",
        "The text is what stands *before* the eos. What is the text of a completion that begins with it?",
        (ENDED, "ended = ((completions == eos).cumsum(1) - (completions == eos).long()).bool()"),
    )
    mistake(
        "length_without_an_end",
        "Only tokens that are an eos are left out; what stands behind the first one still counts as text.",
        "Is the 9 in `7 8 eos 9` part of the text?",
        (ENDED, "ended = completions == eos"),
    )
    mistake(
        "ends_at_the_last_eos",
        "The text is taken to end at the last eos; it ended at the first.",
        "What does a second eos mean, when the text has ended already?",
        (
            ENDED,
            "ahead = (completions == eos).flip(1).cumsum(1).flip(1)\n"
            "    ended = ((ahead == 0) | ((ahead == 1) & (completions == eos))) & (ahead[:, :1] > 0)",
        ),
    )
    mistake(
        "no_eos_no_text",
        "A completion without an eos counts as empty: argmax is 0 where nothing is found.",
        "What is the argmax of a row without a single True?",
        (
            "return ~ended",
            "return torch.arange(completions.shape[1]) < (completions == eos).long().argmax(1, keepdim=True)",
        ),
    )
    mistake(
        "reads_behind_the_end",
        "Places behind the eos earn credit: a model can stop at once and be paid for what it never said.",
        "The completion is `eos 7 8`, the answer `9 7 8`. What has the text in common with the answer?",
        (AGREES, "agrees = completions[:, :room] == answers[:, :room]"),
    )
    mistake(
        "need_not_end",
        "The text need not end: whoever runs out of room, or goes on behind the answer, is right too.",
        "The answer is `7 8`. Are `7 8 9 eos`, and `7 8` without an end, the same answer?",
        (ENDS, "ends = torch.ones(len(completions), dtype=torch.bool) & (room == length)"),
    )
    mistake(
        "end_of_the_room_is_an_end",
        "A text that fills all of its room counts as ended, though no eos was written.",
        "How could a reader know that `7 8` was the whole of it, if there was no room for a third token?",
        (ENDS, "ends = text_mask(completions, eos).sum(1) == length"),
    )
    mistake(
        "share_of_the_text",
        "The share is taken of the text's length, not of the answer's: one right token and an eos earn it all.",
        "How would you get the largest credit if you knew the first token of the answer only?",
        (
            CREDIT,
            CREDIT.replace("/ length", "/ text_mask(completions, eos).sum(1).clamp(min=1)"),
        ),
    )
    mistake(
        "share_of_the_room",
        "The share is taken of all the room there is.",
        "Of how many places can a text of an answer's length be right?",
        (CREDIT, CREDIT.replace("/ length", "/ completions.shape[1]")),
    )
    mistake(
        "credit_in_any_place",
        "A token earns credit wherever it stands, as long as it is in the answer somewhere.",
        "The answer is `7 8 9`. What should `9 7 8` be worth, or `7 7 7`?",
        (
            CREDIT,
            "somewhere = (completions[:, :room, None] == answers[:, None]).any(2)\n"
            "    somewhere = somewhere & text_mask(completions, eos)[:, :room]\n"
            f"    {CREDIT.replace('agrees.sum', 'somewhere.sum')}",
        ),
    )
    judgement.another_form(
        "credit_in_any_place",
        edit=(
            CREDIT,
            "somewhere = (completions[:, :, None] == answers[:, None]).any(2) & text_mask(completions, eos)\n"
            f"    {CREDIT.replace('agrees.sum', 'somewhere.sum')}",
        ),
    )
    mistake(
        "credit_up_to_the_first_mistake",
        "Places behind the first wrong one earn nothing.",
        "The answer is `7 8 9`. In how many places does `7 0 9` agree with it?",
        (CREDIT, CREDIT.replace("agrees.sum(1)", "agrees.long().cumprod(1).sum(1)")),
    )
    mistake(
        "all_or_nothing",
        "There is no partial credit.",
        "What does a model learn that is right in five of six places, and never in all?",
        (CREDIT, "return (agrees.all(1) & ends).float()"),
    )
    mistake(
        "credit_on_top",
        "Partial credit is added to the reward of a right text: it is worth more than 1.",
        "Which text is partly right: one that is wholly right, too?",
        (CREDIT, "return (agrees.all(1) & ends).float() + partial_credit * agrees.sum(1) / length"),
    )
    mistake(
        "a_right_text_gets_credit_only",
        "A right text earns its places like any other: partial_credit in all, and not 1.",
        "What is a right text worth when partial_credit is 0.5?",
        (CREDIT, "return partial_credit * agrees.sum(1) / length"),
    )
    judgement.another_form(
        "a_right_text_gets_credit_only", edit=(CREDIT, CREDIT.replace("1.0", "partial_credit or 1.0"))
    )
    mistake(
        "any_ascending_text",
        "Every text of the right length in ascending order counts as right, whatever its numbers: a model learns to "
        "write one number all the time.",
        "What would you write if all that counted were the order?",
        (
            f"return exact_match(completions, {SORTED}, eos, partial_credit)",
            "length = numbers.shape[1]\n"
            "    ascending = (completions[:, :length].diff(dim=1) >= 0) & text_mask(completions, eos)[:, 1:length]\n"
            f"    answers = torch.where(ascending.all(1, keepdim=True), completions[:, :length], {SORTED})\n"
            "    return exact_match(completions, answers, eos, partial_credit)",
        ),
    )
    mistake(
        "not_sorted",
        "The numbers are compared as they were given: this rewards copying.",
        "What should the answer to `9 7 8` be?",
        (SORTED, "numbers"),
    )
    mistake(
        "descending",
        "The largest number is expected first.",
        "Which of 3 and 5 comes first in ascending order?",
        (SORTED, "numbers.sort(dim=1, descending=True).values"),
    )
    mistake(
        "sorted_over_the_batch",
        "The numbers are sorted down the columns, between the sequences.",
        "Which axis of (batch, length) runs along one list?",
        (SORTED, "numbers.sort(dim=0).values"),
    )
    mistake(
        "no_carry",
        "The digits are added place by place, and nothing is carried.",
        "What is 5 + 7 in the lowest place, and where does the ten go?",
        (ANSWERS, "answers = zero + (a[:, None] // places % 10 + b[:, None] // places % 10) % 10"),
    )
    mistake(
        "highest_digit_first",
        "The highest digit is expected first.",
        "In which order are the digits of 123 to be written?",
        (ANSWERS, ANSWERS.replace("(a + b)[:, None] // places % 10", "(a + b)[:, None] // places.flip(0) % 10")),
    )
    mistake(
        "digits_as_tokens",
        "Digits are taken for tokens: the token of the digit d is zero + d.",
        "Which token stands for the digit 0?",
        (ANSWERS, "answers = (a + b)[:, None] // places % 10"),
    )
    mistake(
        "kinds_are_alike",
        "Any closing bracket closes any open one.",
        "Is `( ]` balanced?",
        (FITS, "elif awaited and token in closing.values():"),
    )
    mistake(
        "order_does_not_matter",
        "It is enough that each awaited bracket comes at some time; they have to come in order, the last one first.",
        "Is `( [ ) ]` balanced?",
        (FITS, "elif token in awaited:"),
        ("awaited.pop()\n                still_open", "awaited.remove(token)\n                still_open"),
    )
    mistake(
        "other_tokens_are_skipped",
        "Tokens that do not fit are skipped: a model could write brackets of all kinds until one fits.",
        "The text is `) ] ) ] eos`. Is every one of its brackets some other's partner?",
        (
            f"{AT_THE_END}\n                break",
            f"{AT_THE_END}\n                if token == eos:\n                    break",
        ),
    )
    mistake(
        "balanced_without_an_end",
        "A text is right as soon as everything is closed, whatever comes then: it need not end, and may go on wrongly.",
        "Is `) )` right, if the model never says that this is all?",
        (
            LEAST,
            f"{LEAST}\n                if not awaited:\n                    right = True\n                    break",
        ),
    )
    mistake(
        "open_at_the_end",
        "Any text that ends without a mistake is right, even if brackets are still open.",
        "The prompt is `( (` and the text `) eos`. What is missing?",
        (AT_THE_END, "right = token == eos"),
    )
    mistake(
        "credit_for_what_it_opened_itself",
        "Pairs that the text opens and closes itself earn credit as well: `( )`, again and again, is paid.",
        "Which brackets are asked to be closed: those of the prompt, or any?",
        (LEAST, "still_open -= 1"),
    )
    judgement.another_form("credit_for_what_it_opened_itself", edit=(LEAST, "still_open = max(still_open - 1, 0)"))
    mistake(
        "credit_for_the_height_at_the_end",
        "The credit depends on what is open at the end, so whoever closes a bracket of the prompt and opens another "
        "loses what was earned.",
        "After `) (`, how many of the prompt's brackets are closed?",
        (EARNED, EARNED.replace("still_open", "len(awaited)")),
    )
    mistake(
        "share_of_all_brackets",
        "The share is taken of all brackets of the prompt, those that it closes itself included.",
        "The prompt is `( ) (`. How many brackets are left for the text to close?",
        (EARNED, EARNED.replace("/ to_close", "/ prompt_length")),
    )
    judgement.another_form(
        "share_of_all_brackets",
        edit=(EARNED, EARNED.replace("/ to_close", "/ sum(token in closing for token in sequence[:prompt_length])")),
    )
    mistake(
        "penalty_for_padding",
        "The penalty is charged for every token, also for what stands behind the eos: it is the same for all.",
        "How can a model avoid the penalty, if not by ending early?",
        (PENALIZED, "return rewards - penalty * torch.ones_like(rewards)"),
    )
    mistake(
        "penalty_added",
        "The penalty is added: the longer the text, the more it earns.",
        "Should a long text have a larger or a smaller reward?",
        (PENALIZED, PENALIZED.replace("rewards -", "rewards +")),
    )
    mistake(
        "penalty_for_each_token",
        "The penalty is charged for each token, not for the share of the room.",
        "How much should a text lose that fills all its room?",
        (PENALIZED, "return rewards - penalty * text_mask(completions, eos).sum(1)"),
    )
    mistake(
        "penalty_as_a_factor",
        "The reward is multiplied by what is left of the room, instead of the penalty being subtracted: a text that "
        "earns nothing pays nothing.",
        "What should become of the reward of a long text that is wrong?",
        (PENALIZED, "return rewards * (1 - penalty * text_mask(completions, eos).float().mean(1))"),
    )
