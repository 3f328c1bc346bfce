"""What of a reply could be pasted: its code-like fragments, in order, whatever they are dressed in.

Fenced blocks, inline code, lines that parse as Python (indented, in a list, or plain), and expressions in the middle of
a sentence. Bare names, dotted names, numbers and shapes such as `(batch, time)` are no code: a question names things.
"""

from __future__ import annotations

import ast
import html
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FENCE = re.compile(r"^\s*(?:(?:[-*+•]|\d+[.)])\s+)?(`{3,}|~{3,})[^`]*$")
INLINE = re.compile(r"(?<!`)(`+)(?!`)((?:(?!\n\s*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)
MARKER = re.compile(r"^(\s*)(?:[-*+•]|\d+[.)]|[a-zA-Z][.)]) ")
PROMPT = re.compile(r"^(?:>>>|\.\.\.|In \[\d+\]:) ?")
OPERATOR = re.compile(r"[(\[=@*/+<>%-]")
HYPHENED = re.compile(r"\w+(?:-\w+)+")  # in a sentence: mini-batch
ARGUMENT = re.compile(r"\w+=-?[\w.]+")  # in a sentence: p=0.1
WORD = re.compile(r"[^\w\s]*[A-Za-z]+[^\w\s]*")
MOST_WORDS = 40  # of one expression in a sentence


@dataclass(frozen=True)
class Fragment:
    """A piece of a reply that looks like code."""

    text: str
    """As it stands there, with its indentation."""
    kind: str
    """fenced, run (a stretch of a fenced block that is no Python as a whole), inline, line, prose, or argument (a name
    and its value in a sentence)."""


def fragments(reply: str) -> list[Fragment]:
    """The code-like fragments of a reply, in order."""
    found: list[Fragment] = []
    for fenced, lines in _sections(_plain(reply).splitlines()):
        if fenced:
            found += _of_a_block(lines)
        else:
            found += _of_prose(lines)
    return found


def parsed(text: str) -> list[ast.stmt] | None:
    """The statements of a text; None where it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a SyntaxWarning about somebody's sentence
            return ast.parse(textwrap.dedent(text).strip("\n")).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_code(text: str) -> bool:
    """Whether a text is Python that does something: more than names, numbers, strings and tuples of them."""
    statements = parsed(text)
    return bool(statements) and not all(_names_only(statement) for statement in statements or [])


def _names_only(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return _names_only(node.value)
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return all(map(_names_only, node.elts))
    if isinstance(node, ast.AnnAssign):  # "weights: (time, time)" tells a shape
        return node.value is None
    if isinstance(node, ast.Attribute | ast.Starred | ast.UnaryOp):
        return True
    return isinstance(node, ast.Name | ast.Constant)


def _plain(reply: str) -> str:
    """The reply with code shown in Markdown's way where it was in HTML's, and plain spaces, quotes and minus signs."""
    text = re.sub(r"</?pre[^>]*>", "\n```\n", re.sub(r"(<pre[^>]*>)\s*<code[^>]*>|</code>\s*(</pre>)", r"\1\2", reply))
    text = re.sub(r"</?code[^>]*>", "`", text)
    text = html.unescape(re.sub(r"[\u200b-\u200d\ufeff]", "", text))
    return text.replace("\t", "    ").translate(str.maketrans("\u00a0−“”‘’", " -\"\"''"))


def _sections(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """The reply cut at its fences: (whether it was fenced, lines). A fence that nobody closes ends with the reply."""
    fence = ""
    section: list[str] = []
    for line in (re.sub(r"^\s*(?:> ?)+(?!>)", "", line) for line in lines):
        match = FENCE.match(line)
        if match and (not fence or match[1].startswith(fence)):
            yield bool(fence), section
            fence, section = "" if fence else match[1], []
        else:
            section.append(line)
    yield bool(fence), section


def _of_a_block(lines: list[str]) -> list[Fragment]:
    """A fenced block without prompts, or as the new side of a diff; and what parses in it, if not all does."""
    lines = [PROMPT.sub("", line) for line in lines]
    if any(line.startswith("+") for line in lines):
        lines = [line[1:] for line in lines if not line.startswith(("-", "@"))]
    block = "\n".join(lines)
    if not block.strip():
        return []
    runs = [] if parsed(block) else [Fragment(text, "run") for text in _runs(lines)]
    return [Fragment(block, "fenced"), *runs]


def _of_prose(lines: list[str]) -> list[Fragment]:
    unmarked = [MARKER.sub(r"\1", line) for line in lines]
    spans = [match[2].strip("\n") for match in INLINE.finditer("\n".join(lines))]
    found = [Fragment(span, "inline") for span in spans if "\n" in span]  # inline code may go over several lines
    rest: list[str] = []
    position = 0
    while position < len(lines):
        end = _longest_run(unmarked, position)
        if end > position:
            found += _of_sentences(rest)
            rest = []
            found.append(Fragment("\n".join(unmarked[position:end]), "line"))
            position = end
        else:
            rest.append(lines[position])
            position += 1
    return found + _of_sentences(rest)


def _of_sentences(lines: list[str]) -> list[Fragment]:
    text = "\n".join(lines)
    found = [(match.start(), Fragment(match[2].strip("\n"), "inline")) for match in INLINE.finditer(text)]
    without = INLINE.sub(lambda match: " " * len(match[0]), text)
    found += _expressions(without)
    return [fragment for _, fragment in sorted(found, key=lambda item: item[0])]


def _expressions(text: str) -> Iterator[tuple[int, Fragment]]:
    """The longest stretches of words that are code, with where they begin; and what is left of them without the words
    around it, since `returning (a + b)` and `a + b in that place` are Python too."""
    words = list(re.finditer(r"\S+", text))
    position = 0
    while position < len(words):
        end, span = _longest_expression(text, words, position)
        if span:
            start = words[position].start()
            yield from ((start, Fragment(each, _kind(each))) for each in dict.fromkeys((span, *_without_words(span))))
        position = max(end, position + 1)


def _longest_expression(text: str, words: Sequence[re.Match[str]], position: int) -> tuple[int, str]:
    start = words[position].start()
    for end in range(min(len(words), position + MOST_WORDS), position, -1):
        whole = text[start : words[end - 1].end()]
        if "\n\n" in whole or not OPERATOR.search(whole):
            continue
        for span in (whole.rstrip(".,;:!?"), whole.strip(".,;:!?*_\"'"), whole):
            joined = " ".join(span.split())
            if is_code(joined) and not HYPHENED.fullmatch(joined):
                return end, joined
    return position, ""


def _kind(span: str) -> str:
    return "argument" if ARGUMENT.fullmatch(span) else "prose"


def _without_words(span: str) -> Iterator[str]:
    """The span without one, two or three words before it, behind it, or both, where that is code."""
    words = span.split(" ")
    before = next((number for number, word in enumerate(words) if not WORD.fullmatch(word)), 0)
    behind = next((number for number, word in enumerate(reversed(words)) if not WORD.fullmatch(word)), 0)
    for first in range(min(before, 3) + 1):
        for last in range(min(behind, 3) + 1):
            text = " ".join(words[first : len(words) - last]).rstrip(".,;:!?")
            if OPERATOR.search(text) and is_code(text):
                yield text


def _runs(lines: Sequence[str]) -> Iterator[str]:
    """The longest stretches of lines that parse as code."""
    position = 0
    while position < len(lines):
        end = _longest_run(lines, position)
        if end > position:
            yield "\n".join(lines[position:end])
        position = max(end, position + 1)


def _longest_run(lines: Sequence[str], start: int) -> int:
    """Where the longest stretch of code from line `start` on ends; `start` where there is none.

    The header of a block without its body, such as `for x in xs:`, is code too.
    """
    if not lines[start].strip():
        return start
    # A sentence seldom parses, and what follows it does not mend it: only an open bracket or a header can go on.
    best = start
    for end in range(start + 1, len(lines) + 1):
        text = "\n".join(lines[start:end])
        if not lines[end - 1].strip():
            continue
        if is_code(text) or (lines[end - 1].rstrip().endswith(":") and is_header(text)):
            best = end
        elif best == start and not is_unfinished(text):
            break
    return best


def is_header(text: str) -> bool:
    """Whether a text is code once a body is put below its last line."""
    last = text.splitlines()[-1]
    indent = " " * (len(last) - len(last.lstrip()) + 4)
    return parsed(f"{text}\n{indent}pass") is not None


def is_unfinished(text: str) -> bool:
    """Whether more lines could make a text Python: it has an open bracket or string, or ends with a decorator."""
    if text.splitlines()[-1].lstrip().startswith("@"):
        return True
    return any(text.count(mark) % 2 for mark in ('"""', "'''")) or any(
        text.count(opening) > text.count(closing) for opening, closing in ("()", "[]", "{}")
    )
