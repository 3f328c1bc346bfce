"""The book's grader as a reward: the grammar, the blanks, what is kept of verdicts, and the weakened graders."""

import math
import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.catalog import exercise_named, judgement_of
from autograder.grader_reward.blank import LEARNED, SISTER, STRANGER
from autograder.grader_reward.blanks import BLANKS, blanks_of
from autograder.grader_reward.experiment import EXPLOITING, LEARNING, fresh
from autograder.grader_reward.grammar import ARITY, CONSTANTS, KINDS, MOST_WORDS, TOKEN, IllFormed, python, words_from
from autograder.grader_reward.remembering import Remembering
from autograder.grader_reward.search import search
from autograder.grader_reward.verdicts import Found, Judge, Verdicts, judged, misconceptions
from autograder.grader_reward.weak import WEAKENINGS, hashed_with
from autograder.grader_reward.world import COMPLETION_LENGTH, MOST_KINDS, PROMPT_LENGTH, BlankWorld, prompt_of
from autograder.reference import cells_of
from curriculum.sampling import generate
from curriculum.text_rl import completion_mask, sequence_log_probs
from curriculum.text_tasks import EOS, PAD
from curriculum.train_grpo import GRPOConfig

by_blank = pytest.mark.parametrize("blank", BLANKS, ids=lambda blank: blank.name)
by_weakening = pytest.mark.parametrize("weakening", WEAKENINGS, ids=lambda item: item.name)
DROPOUT = BLANKS[0]
SCOPE = {"input": "x", "keep": "keep", "rate": "self.dropout_rate"}


class Court:
    """Passes what is the reference's own expression, and counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, asked):
        self.calls += len(asked)
        return [Found(blank.expression(blank.answer()) == text, 0.5) for blank, text in asked]


def completion(*words):
    tokens = [TOKEN[word] for word in words] + [EOS]
    return tokens + [PAD] * (COMPLETION_LENGTH - len(tokens))


def texts(blank, *completions):
    return torch.tensor([prompt_of(blank.goal, blank.kinds) + tokens for tokens in completions])


# --- the grammar


@pytest.mark.parametrize(
    "said, expected",
    [
        ("/ * input keep rate", "x * keep / self.dropout_rate"),
        ("/ input * keep rate", "x / (keep * self.dropout_rate)"),
        ("- 1 - input keep", "1.0 - (x - keep)"),
        ("² √ + input 2", "((x + 2.0) ** 0.5) ** 2"),
        ("exp - input keep", "np.exp(x - keep)"),
    ],
)
def test_prefix_order_says_which_operand_belongs_to_which_operator(said, expected):
    assert python(said.split(), SCOPE, "np") == expected


@pytest.mark.parametrize("said", ["", "+", "+ input", "input keep", "+ input keep rate", "mask", "? input", "√"])
def test_what_is_no_expression_over_the_scope_is_ill_formed(said):
    with pytest.raises(IllFormed):
        python(said.split(), SCOPE, "np")


def expressions(room=4):
    leaves = st.sampled_from([*CONSTANTS, *SCOPE]).map(lambda word: [word])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from([word for word in ARITY if ARITY[word] == 1]), inner).map(
                lambda parts: [parts[0], *parts[1]]
            ),
            st.tuples(st.sampled_from([word for word in ARITY if ARITY[word] == 2]), inner, inner).map(
                lambda parts: [parts[0], *parts[1], *parts[2]]
            ),
        ),
        max_leaves=room,
    )


@settings(deadline=None)
@given(expressions())
def test_what_is_said_in_words_and_in_python_is_one_thing(words):
    assert words_from(python(words, SCOPE, "np"), SCOPE) == words


# --- the blanks


@by_blank
def test_the_answer_of_a_blank_is_in_the_language_and_within_its_room(blank):
    words = blank.answer()
    assert len(words) <= MOST_WORDS
    used = [word for word in words if word in KINDS]
    assert len(used) == len(set(used))
    assert len(blank.kinds) <= MOST_KINDS
    compile(blank.submission(blank.expression(words)), blank.name, "exec")


@by_blank
def test_what_is_missing_does_not_stand_in_the_submission_with_another_expression(blank):
    whole, filled = cells_of(blank.exercise)[0][1], blank.submission("0.125")
    assert blank.submission(blank.missing).replace(f"({blank.missing})", blank.missing, 1) == whole
    assert "(0.125)" in filled
    assert whole.count(blank.missing) == filled.count(blank.missing) + 1


def test_no_two_blanks_have_the_same_prompt():
    BlankWorld(BLANKS, Court())
    with pytest.raises(ValueError, match="same prompt"):
        BlankWorld([DROPOUT, DROPOUT], Court())


def test_the_blanks_are_from_every_chapter_and_some_are_held_out():
    assert 12 <= len(blanks_of(LEARNED)) <= 30
    assert len(blanks_of(SISTER)) >= 4
    assert len(blanks_of(STRANGER)) >= 4


def test_a_sister_has_the_answer_of_one_that_is_learned_from_and_a_stranger_has_not():
    known = {tuple(blank.answer()) for blank in blanks_of(LEARNED)}
    assert all(tuple(blank.answer()) in known for blank in blanks_of(SISTER))
    assert not any(tuple(blank.answer()) in known for blank in blanks_of(STRANGER))


def test_a_blank_is_asked_for_the_more_rarely_the_more_of_its_texts_pass():
    world = BlankWorld(blanks_of(LEARNED), Court())
    solved, unsolved = world.blanks[:2]
    right = completion(*solved.answer())
    for _ in range(5):
        world.rewards(texts(solved, *[right] * 8))
        world.rewards(texts(unsolved, *[completion(unsolved.kinds[0])] * 8))
    assert world.passing[solved] > 0.9 and world.passing[unsolved] == 0
    torch.manual_seed(0)
    rows = torch.nn.functional.pad(world.prompts_by_need(4000), (0, COMPLETION_LENGTH))
    asked = [world.blank(row) for row in rows]
    assert 0.05 < asked.count(solved) / asked.count(unsolved) < 0.4


# --- the policy


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 2**32))
def test_a_fresh_policy_writes_expressions_over_the_variables_in_reach_and_each_once(seed):
    torch.manual_seed(seed)
    world = BlankWorld(BLANKS, Court())
    tokens = generate(POLICY, world.prompts(2 * len(BLANKS)), COMPLETION_LENGTH)
    assert all(asked is not None for asked in world.asked(tokens))
    for row in tokens[:, PROMPT_LENGTH:].tolist():
        written = row[: row.index(EOS)]
        kinds = [token for token in written if token in KIND_TOKENS]
        assert len(kinds) == len(set(kinds))


def test_every_answer_can_be_written():
    for blank in BLANKS:
        tokens = texts(blank, completion(*blank.answer()))
        log_probs = sequence_log_probs(POLICY(tokens), tokens)
        assert log_probs[completion_mask(tokens, PROMPT_LENGTH, EOS)].isfinite().all(), blank.name


def test_with_a_cache_the_policy_says_the_same_as_without():
    world = BlankWorld(BLANKS, Court())
    torch.manual_seed(3)
    tokens = generate(POLICY, world.prompts(40), COMPLETION_LENGTH)
    cache = POLICY.new_cache(40)
    parts = [POLICY(tokens[:, :PROMPT_LENGTH], cache)]
    parts += [POLICY(tokens[:, t : t + 1], cache) for t in range(PROMPT_LENGTH, tokens.shape[1])]
    torch.testing.assert_close(torch.cat(parts, 1), POLICY(tokens))


POLICY = fresh(0)
KIND_TOKENS = {TOKEN[kind] for kind in KINDS}


# --- rewards


def test_what_passes_is_worth_one_what_fails_nothing_and_what_is_no_expression_is_not_judged():
    court = Court()
    world = BlankWorld([DROPOUT], court)
    cases = texts(DROPOUT, completion("/", "*", "input", "mask", "keep"), completion("input"), completion("+", "input"))
    torch.testing.assert_close(world.rewards(cases), torch.tensor([1.0, 0.0, 0.0]))
    assert court.calls == 2


def test_the_order_of_the_variables_in_a_prompt_does_not_matter():
    world = BlankWorld(BLANKS, Court())
    for _ in range(5):
        shuffled = random.sample(DROPOUT.kinds, len(DROPOUT.kinds))
        row = torch.tensor(prompt_of(DROPOUT.goal, shuffled) + completion("input"))
        assert world.blank(row) is DROPOUT


def test_prompts_ask_for_every_blank_as_often():
    world = BlankWorld(BLANKS, Court())
    torch.manual_seed(0)
    asked = [
        world.blank(row) for row in torch.nn.functional.pad(world.prompts(3 * len(BLANKS)), (0, COMPLETION_LENGTH))
    ]
    assert all(asked.count(blank) == 3 for blank in BLANKS)


def test_repeats_are_no_verdicts_and_the_first_pass_is_counted():
    court = Court()
    verdicts = Verdicts(court)
    right = DROPOUT.expression(DROPOUT.answer())
    verdicts([(DROPOUT, "x"), (DROPOUT, "mask"), (DROPOUT, "x")])
    verdicts([(DROPOUT, "x"), (DROPOUT, right)])
    assert (verdicts.asked, verdicts.count, court.calls) == (5, 3, 3)
    assert verdicts.solved_at() == {DROPOUT.name: 3}


def test_random_search_asks_for_no_more_verdicts_than_it_may():
    verdicts = Verdicts(Court())
    search(POLICY, BLANKS, verdicts, 150, seed=0)
    assert verdicts.count == 150


def test_a_group_has_a_text_that_passed_before_once_there_is_one():
    world = BlankWorld([DROPOUT], Verdicts(Court()))
    training = Remembering(GRPOConfig(prompts=2, group=4, checklist=False), fresh(0), world, world.rewards)
    assert world.rewards(training.written(2, 4, purpose=0)).sum() < 2
    right = completion(*DROPOUT.answer())
    world.rewards(texts(DROPOUT, right, completion("input")))
    tokens = training.written(2, 4, purpose=0)
    assert tokens[0, PROMPT_LENGTH:].tolist() == tokens[4, PROMPT_LENGTH:].tolist() == right
    assert world.rewards(tokens)[[0, 4]].tolist() == [1.0, 1.0]
    alone = training.written(6, 1, purpose=1)
    assert [row for row in alone[:, PROMPT_LENGTH:].tolist() if row == right] == []


def test_the_trainer_learns_what_is_paid():
    """Which is a quotient of differences here: seldom written at first."""
    easy = [blank for blank in BLANKS if blank.name in ("a softmax without overflow", "the weights of a softmax")]

    def court(asked):
        return [Found("/" in text and "-" in text, 0.0) for _, text in asked]

    world = BlankWorld(easy, Verdicts(court))
    config = GRPOConfig(updates=25, prompts=4, group=16, learning_rate=3e-3, checklist=False, measured=64, every=25)
    records = []
    Remembering(config, fresh(0), world, world.rewards).train(records.append)
    assert records[-1]["reward"] > 0.8 > 0.4 > records[0]["reward"]


# --- the judge


def test_the_real_judge_gives_the_verdict_and_its_word_is_kept(tmp_path):
    path = tmp_path / "verdicts.jsonl"
    asked = [(DROPOUT, "x * mask / keep"), (DROPOUT, "x * mask"), (DROPOUT, "x * mask")]
    with Judge(path) as judge:
        right, wrong, again = judge(asked)
        assert judge.judged == 2
    assert right == Found(True, 1.0)
    assert wrong == again
    assert not wrong.passed and 0 < wrong.fraction < 1
    assert misconceptions(DROPOUT, "x * mask") == ["no_scale"]
    path.write_text(path.read_text() + '{"key": "torn')
    with Judge(path) as judge:
        assert judge(asked) == [right, wrong, wrong]
        assert judge.judged == 0


@by_weakening
def test_a_weakened_grader_accepts_the_reference_and_rejects_nonsense(weakening):
    blank = weakening.blank
    assert judged(blank.exercise, blank.submission(blank.expression(blank.answer()))).passed
    assert not judged(blank.exercise, blank.submission("0.125")).passed


@pytest.mark.parametrize(
    "name, exploit, misconception",
    [
        ("no_mean", "x * mask", "no_scale"),
        ("one_rate", "x * mask * 2.0", "scale_ignores_the_rate"),
        ("one_rate", "x * mask / self.dropout_rate", "scale_from_the_dropped_share"),
        ("ten_percent", "x * mask * np.exp(self.dropout_rate)", None),
        ("never_ends", "next_values", "termination_as_truncation"),
        ("first_step", "1.0 + (log_probs - old_log_probs.detach())", None),
    ],
)
def test_a_weakened_grader_can_be_exploited_where_the_real_one_cannot(name, exploit, misconception):
    weakening = next(item for item in WEAKENINGS if item.name == name)
    assert judged(weakening.exercise, weakening.blank.submission(exploit)).passed
    assert not judged(weakening.real.exercise, weakening.real.submission(exploit)).passed
    assert misconception is None or misconception in misconceptions(weakening.real, exploit)


@by_weakening
def test_a_weakened_grader_has_the_real_ones_misconceptions_and_fewer_eyes(weakening):
    weak, real = judgement_of(weakening.exercise), judgement_of(weakening.real.exercise)
    assert [item.key for item in weak.misconceptions] == [item.key for item in real.misconceptions]
    assert {check.id for check in weak.checks} < {check.id for check in real.checks}
    assert hashed_with(weakening.exercise) == weakening.real.exercise
    assert weakening.exercise.id.startswith("weakened.")


def test_what_is_judged_by_its_own_checks_is_hashed_with_them():
    exercise = exercise_named("ppo.gae")
    assert hashed_with(exercise) == exercise


def test_a_batch_of_the_experiment_has_every_blank():
    assert LEARNING.prompts % len(blanks_of(LEARNED)) == 0
    assert math.prod((EXPLOITING.prompts, EXPLOITING.group)) >= 64
