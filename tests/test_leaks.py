"""A reply of the tutor that gives the solution away is caught whatever it is dressed in; a question is not."""

import ast
import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.catalog import exercise_named, judgement_of
from autograder.notebooks import starter
from autograder.reference import edited_module, mistaken_source, module_text, solution_source
from autograder.tutor import leaks as module
from autograder.tutor.fragments import fragments
from autograder.tutor.leaks import MOST_CANDIDATES, candidates, leaks

# Of every chapter: functions and classes, one name and several, an expression and forty lines, to write and to repair.
CHOSEN = [
    *("attention.softmax", "attention.causal_mask", "attention.scaled_dot_product_attention", "attention.rope"),
    *("attention.split_and_merge_heads", "attention.positional_multi_head_attention", "attention.multi_head_attention"),
    *("progressive.order_free_labels", "progressive.attention_pooling", "progressive.roc_curve"),
    *("gpt.next_token_loss", "gpt.filter_logits", "gpt.counts", "gpt.model"),
    *("dropout.mask", "dropout.inverted", "dropout.variance_stabilized", "dropout.moments", "dropout.write_the_test"),
]


def solution(identity):
    """The reference's solution as somebody would type it: without docstrings and comments."""
    tree = ast.parse(solution_source(exercise_named(identity)))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) and len(node.body) > 1:
            node.body = node.body[1:]
    return ast.unparse(tree)


def halves(text):
    lines = text.splitlines()
    return "\n".join(lines[: len(lines) // 2]), "\n".join(lines[len(lines) // 2 :])


def split_over_two_blocks(text):
    first, second = halves(text)
    return f"Begin so:\n\n```python\n{first}\n```\n\nAnd what comes then?\n\n```\n{second}\n```\n"


def listed(text, bullet="- {}"):
    lines = [bullet.format(line) for line in text.splitlines() if line.strip()]
    return "One step after the other:\n\n" + "\n".join(lines) + "\n\nWhich of them did you miss?"


def first_of(identity):
    """A learner's code: the first known mistake."""
    exercise = exercise_named(identity)
    return mistaken_source(exercise, judgement_of(exercise).misconceptions[0])


DISGUISES = {
    "fenced": lambda text: f"Have a look:\n\n```python\n{text}\n```\n\nDo you see it?",
    "fenced with waves, and never closed": lambda text: f"Have a look:\n\n~~~\n{text}\n",
    "in a quotation": lambda text: "Somebody wrote:\n\n> ```\n" + re.sub("^", "> ", text, flags=re.M) + "\n> ```\n",
    "at a prompt": lambda text: "```\n" + re.sub("^", "... ", text, flags=re.M) + "\n```",
    "as a diff": lambda text: (
        "```diff\n-    raise NotImplementedError\n" + re.sub("^", "+", text, flags=re.M) + "\n```"
    ),
    "as HTML": lambda text: f"So: <pre><code>{text.replace('<', '&lt;')}</code></pre>",
    "inline": lambda text: "Write " + ", then ".join(f"`{line}`" for line in text.splitlines() if line) + ", and done.",
    "in one inline piece": lambda text: "Is it ``" + re.sub(r"\n\n+", "\n", text) + "`` perhaps?",
    "split over two blocks": split_over_two_blocks,
    "in a list": listed,
    "in a numbered list of inline code": lambda text: listed(text, "1. `{}`"),
    "indented": lambda text: "Look:\n\n" + re.sub("^", "    ", text, flags=re.M) + "\n\nWhy?",
    "without fences": lambda text: f"Could it be that you want\n\n{text}\n\nand nothing else? What is `axis`?",
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
@pytest.mark.parametrize("identity", CHOSEN)
def test_a_solution_is_caught_in_every_disguise(identity, disguise, sandbox):
    assert leaks(exercise_named(identity), disguise(solution(identity)), first_of(identity), sandbox)


@pytest.mark.parametrize("identity", ["attention.softmax", "attention.rope", "dropout.moments", "gpt.counts"])
def test_bodies_without_their_headers_are_caught(identity, sandbox):
    """The starter has the header, so a reply need not repeat it."""
    exercise = exercise_named(identity)
    tree = ast.parse(solution(identity))
    if len(tree.body) == 1:
        body = "\n".join(ast.unparse(node) for node in tree.body[0].body)
        replies = [f"```\n{body}\n```", listed(body, "* `{}`"), f"Think of it so:\n\n{body}\n\nClear?"]
    else:
        bodies = ["\n".join(ast.unparse(node) for node in function.body) for function in tree.body]
        replies = ["In order:\n\n" + "\n\nand\n\n".join(f"```\n{body}\n```" for body in bodies)]
    for reply in replies:
        assert leaks(exercise, reply, "", sandbox), reply


EXPRESSIONS = {
    "attention.causal_mask": "np.tril(np.ones((time, time), dtype=bool))",
    "attention.softmax": "(e := np.exp(x - x.max(axis, keepdims=True))) / e.sum(axis, keepdims=True)",
    "dropout.backward": "(grad_output * mask * scale).astype(grad_output.dtype)",
    "dropout.depth": "((1 - dropout_rate) * scale**2) ** np.arange(depth + 1)",
}
SENTENCES = [
    "So what about {} in that place?",
    "Have you thought of returning {}?",
    "You could return {}.",
    "The **whole thing** is `{}`, is it not?",
    "- a first idea\n- {}\n- what is left?",
    "result = {}",
    "| what | how |\n|---|---|\n| result | `{}` |",
    "Is it (perhaps) {}, in one line?",
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("identity", EXPRESSIONS)
def test_the_one_expression_in_a_sentence_is_caught(identity, sentence, sandbox):
    assert leaks(exercise_named(identity), sentence.format(EXPRESSIONS[identity]), "", sandbox)


def one_line_mistakes():
    """(exercise, wrong code, the right line) for mistakes that are a change inside one line."""
    for identity in CHOSEN:
        exercise = exercise_named(identity)
        found = 0
        for item in judgement_of(exercise).misconceptions:
            if len(item.edits) != 1 or found == 2:
                continue
            right, wrong = (
                module_text(exercise.reference).splitlines(),
                edited_module(exercise, item.edits).splitlines(),
            )
            changed = [(a, b) for a, b in zip(right, wrong, strict=False) if a != b]
            if len(right) == len(wrong) and len(changed) == 1 and is_a_statement(changed[0][0]):
                found += 1
                yield pytest.param(
                    identity, mistaken_source(exercise, item), changed[0][0], id=f"{identity}-{item.key}"
                )


def is_a_statement(line):
    try:
        return isinstance(ast.parse(line.strip()).body[0], ast.Assign | ast.AugAssign | ast.Return)
    except (SyntaxError, IndexError):
        return False


@pytest.mark.parametrize(("identity", "code", "line"), list(one_line_mistakes()))
def test_the_right_line_for_the_learners_own_code_is_caught(identity, code, line, sandbox):
    line = line.partition("  #")[0].strip()
    for reply in (f"What if it read `{line}`?", f"Compare:\n\n```python\n...\n{line}\n...\n```\n"):
        assert leaks(exercise_named(identity), reply, code, sandbox), reply


@pytest.mark.parametrize(
    "reply", ["Try `axis=-1` instead.", "What if you wrote axis=-1 there?", "- axis=-1\n- or not?"]
)
def test_the_one_argument_that_is_wrong_is_caught(reply, sandbox):
    exercise, (wrong, right) = exercise_named("attention.scaled_dot_product_attention"), ("axis=0", "axis=-1")
    code = solution(exercise.id).replace(right, wrong, 1)
    assert code != solution(exercise.id)
    assert leaks(exercise, reply, code, sandbox)
    assert not leaks(exercise, reply.replace(right, wrong), code, sandbox)


# --- what may be said


def questions(identity):
    """Replies of several kinds, as a good tutor gives them."""
    exercise = exercise_named(identity)
    name = exercise.defines[0]
    own = [line.strip() for line in first_of(identity).splitlines() if line.strip()]
    return {
        "a question": f"What does `{name}` have to return when there is only one step? And when there are none?",
        "names": "Look up `np.exp`, `keepdims` and `np.where`. Which of them do you use, and on which `axis`?",
        "shapes": "Write the shape beside each line: `(batch, n_head, time, head_dim)`, or `(time, d_model)`?",
        "a formula in words": "The weights are exponentials divided by their sum. Along which of the axes is that sum?",
        "a formula": r"You want $\operatorname{softmax}(q k^\top / \sqrt{d_k})\, v$. What variance has $q \cdot k$?",
        "an experiment": "Try this:\n\n```python\nx = np.array([1000.0, 1001.0])\nprint(np.exp(x))\n```\n",
        "their own line": f"You wrote `{own[len(own) // 2]}`, and before it `{own[0]}`. What comes out?",
        "a list": "1. What is kept: the mean, or the variance?\n2. What is 1 - p?\n3. Compare p=0.1 and p=0.9.",
        "calls": f"What do `{name}(x)` and `len(x)` give for the first example of the statement? And `x.sum()`?",
        "an error": 'The message says `ValueError`. Where do you `raise ValueError("…")`, and what is checked first?',
    }


@pytest.mark.parametrize("kind", questions("dropout.mask"))
@pytest.mark.parametrize("identity", CHOSEN[::2])
def test_a_question_is_not_withheld(identity, kind, sandbox):
    exercise = exercise_named(identity)
    reply, code = questions(identity)[kind], first_of(identity)
    assert not leaks(exercise, reply, code, sandbox)
    assert len(list(candidates(exercise, reply, code))) < MOST_CANDIDATES / 2


def test_code_that_does_not_solve_it_is_no_leak(sandbox):
    exercise = exercise_named("attention.softmax")
    assert not leaks(exercise, f"You have\n\n```python\n{starter(exercise)}\n```\n", "", sandbox)
    assert not leaks(
        exercise, f"```python\n{first_of('attention.softmax')}\n```", first_of("attention.softmax"), sandbox
    )


def test_more_code_than_can_be_tried_counts_as_a_leak(sandbox, monkeypatch):
    monkeypatch.setattr(module, "MOST_CANDIDATES", 3)
    reply = "".join(f"```\nx = x + {number}\n```\n\nor\n\n" for number in range(8))
    assert leaks(exercise_named("attention.softmax"), reply, "", sandbox)


def test_a_reply_that_ends_the_process_or_never_ends_is_no_leak_and_harms_nobody(sandbox):
    exercise = exercise_named("attention.causal_mask")
    assert not leaks(exercise, "```\nimport os\nos._exit(0)\n```", "", sandbox)


@pytest.mark.parametrize(
    "reply", ["", "```", "````\n", "`", "> ", "\x00", "(" * 3000, "a = (\n" * 300, "x " * 9000, "- \n" * 500]
)
def test_any_reply_can_be_looked_at(reply):
    fragments(reply)


@pytest.mark.parametrize("terms", [100, 500, 900, 2000, 4000])
def test_an_expression_of_any_depth_can_be_tried(terms, sandbox):
    leaks(exercise_named("attention.softmax"), "`" + "x+" * terms + "x`", "", sandbox)


def test_a_reply_longer_than_any_hint_counts_as_a_leak(sandbox):
    assert leaks(exercise_named("attention.softmax"), "Why? " * 5000, "", sandbox)


WRONG = first_of("attention.softmax")
PARTS = ["```", "\n", "`", "- ", "> ", "    ", "return x", "x = 1", "def softmax(x):", "if x:", "else:", "...", "("]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=12), max_size=25).map("".join))
def test_whatever_is_pasted_is_python(reply):
    for source in itertools.islice(candidates(exercise_named("attention.softmax"), reply, WRONG), 60):
        ast.parse(source)
