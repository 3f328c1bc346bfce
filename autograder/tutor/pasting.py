"""Every sensible way of pasting a reply's fragments: into the starter, and into the learner's own failing code.

A paste replaces definitions, puts statements or an expression where a body is to be written, or replaces one line or
the value of one argument.
"""

from __future__ import annotations

import ast
import copy
import difflib
import itertools
import re
import textwrap
from collections.abc import Iterator, Sequence

from .fragments import Fragment, is_code, parsed

Function = ast.FunctionDef | ast.AsyncFunctionDef
Statements = list[ast.stmt]
LINE = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr | ast.Raise | ast.If | ast.For | ast.While

MOST_WINDOWS = 10  # fragments of which every stretch is joined; of more, only all together and each alone
MOST_LINES = 6  # of the learner's, the most alike ones, that one line is put in the place of


def joined(found: Sequence[Fragment]) -> list[Statements]:
    """What the fragments give as Python: each alone, all of a kind, all, and every stretch of a few of them."""
    useful = [fragment for fragment in found if fragment.kind != "argument" and not _is_mention(fragment)]
    in_order = [fragment for fragment in useful if fragment.kind != "run"]  # a run stands in a block that is there too
    kinds = [[item for item in useful if item.kind == kind] for kind in ("fenced", "line", "inline", "run", "prose")]
    groups = [*filter(None, [*kinds, in_order]), *([item] for item in useful)]
    for few in (in_order, *kinds):
        if len(few) <= MOST_WINDOWS:
            groups += [list(few[i:j]) for i, j in itertools.combinations(range(len(few) + 1), 2)]
    texts: dict[str, Statements] = {}
    for group in groups:
        for statements in _as_one([item.text for item in group]):
            if len(group) == 1 or not all(isinstance(node, ast.Expr) for node in statements):
                texts.setdefault(ast.dump(ast.Module(statements, [])), statements)
    return list(texts.values())


def separate(found: Sequence[Fragment]) -> list[Statements]:
    """What each fragment gives as Python by itself, in order."""
    parts = [
        parsed(fragment.text)
        for fragment in found
        if fragment.kind not in ("run", "argument") and not _is_mention(fragment)
    ]
    return [part for part in parts if part]


def _is_mention(fragment: Fragment) -> bool:
    """A name or a shape in a sentence."""
    return fragment.kind == "inline" and parsed(fragment.text) is not None and not is_code(fragment.text)


def _as_one(texts: Sequence[str]) -> list[Statements]:
    """The texts put together as Python: as they stand, else each from the left margin, else indented anew."""
    flat = [textwrap.dedent(text).strip("\n") for text in texts]
    ways = ["\n".join(texts), "\n".join(flat)]
    for indent in (4, 8, 12):
        ways.append("\n".join([flat[0], *(textwrap.indent(text, " " * indent) for text in flat[1:])]))
    for text in ways:
        statements = parsed(text)
        if statements:
            return [statements]
    lines = [line for text in flat for line in text.splitlines() if line.strip()]
    if not any(line.rstrip().endswith(":") for line in lines):
        return []
    return [statements for text in _indented_anew(lines) if (statements := parsed(text))]


def _indented_anew(lines: Sequence[str]) -> Iterator[str]:
    """Lines that lost their indentation: deeper after a colon, back after a `return`, `else` with its `if`.

    Where else a block ends cannot be seen, so one line after the other is taken to be the first behind all blocks.
    """
    stripped = [line.strip() for line in lines]
    for behind in range(len(stripped), 0, -1):
        made: list[str] = []
        heads: list[tuple[int, str]] = []
        level = 0
        for number, line in enumerate(stripped):
            word = line.split(maxsplit=1)[0].rstrip(":(")
            if word in ("else", "elif", "except", "finally") and heads:
                while len(heads) > 1 and heads[-1][1] not in ("if", "elif", "for", "while", "try", "except"):
                    heads.pop()
                level = heads.pop()[0]
            elif word in ("def", "@property", "@staticmethod") and any(head == "def" for _, head in heads):
                while heads[-1][1] != "def":
                    heads.pop()
                level = heads.pop()[0]
            elif number == behind or (number == len(stripped) - 1 and word == "return"):
                while heads and heads[-1][1] not in ("def", "class"):
                    level = heads.pop()[0]
            made.append("    " * level + line)
            if line.endswith(":"):
                heads.append((level, word))
                level += 1
            elif word in ("return", "raise", "continue", "break") and heads and heads[-1][1] not in ("def", "class"):
                level = heads.pop()[0]
        yield "\n".join(made)


def pasted(base: str, found: Sequence[Fragment], names: Sequence[str], own: bool) -> Iterator[str]:
    """Submissions made from `base` by pasting, likeliest first; in one's `own` code, lines are replaced too."""
    tree = ast.parse(base)
    texts = joined(found)
    for statements in texts:
        yield from _definitions(tree, statements, names)
    bodies = [body for statements in texts for body in _as_bodies(statements)]
    places = _places(tree, names)
    for body in bodies:
        for place in places:
            yield _with_bodies(tree, {place: body})
    if len(places) > 1:  # several bodies to write: what stands there one after the other, in this order
        each = [forms[0] for statements in separate(found) if (forms := _as_bodies(statements))]
        for start in range(len(each) - len(places) + 1):
            yield _with_bodies(tree, dict(zip(places, each[start : start + len(places)], strict=True)))
    if own:
        yield from _arguments_replaced(tree, found, places)
        yield from _lines_replaced(tree, texts, places)


def _definitions(tree: ast.Module, statements: Statements, names: Sequence[str]) -> Iterator[str]:
    """The definitions of a text behind the base, in the place of the base's methods, or under another name."""
    defined = [node for node in statements if isinstance(node, Function | ast.ClassDef)]
    bound = {
        target.id
        for node in statements
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Lambda)
    }
    if not defined and not bound:
        return
    source = _source([*tree.body, *statements])
    yield source
    methods = [node for node in defined if isinstance(node, Function)]
    methods += [
        item for node in defined if isinstance(node, ast.ClassDef) for item in node.body if isinstance(item, Function)
    ]
    for name in names:
        changed = copy.deepcopy(tree)
        for found in changed.body:
            if isinstance(found, ast.ClassDef) and found.name == name:
                found.body = _merged(found.body, methods)
                others = [node for node in statements if node not in defined]
                yield _source([*others, *changed.body])
    free = [node.name for node in defined if node.name not in names] + sorted(bound - set(names))
    if len(free) <= 2:
        yield from (f"{source}\n{name} = {other}" for name in names for other in free)


def _merged(body: Statements, methods: Sequence[Function]) -> Statements:
    """A class's body with these methods, in the place of those of the same name."""
    new = {method.name: method for method in methods}
    kept = [new.pop(node.name, node) if isinstance(node, Function) else node for node in body]
    return [*kept, *new.values()]


def _as_bodies(statements: Statements) -> list[Statements]:
    """The forms in which statements may be a function's body: as they are, and made to return what they end with."""
    if any(isinstance(node, ast.ClassDef) for node in statements):
        return []
    forms = [statements]
    last = statements[-1]
    if isinstance(last, ast.Expr):
        forms = [[*statements[:-1], ast.Return(last.value)], statements]
    elif isinstance(last, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = last.targets if isinstance(last, ast.Assign) else [last.target]
        if isinstance(targets[0], ast.Name | ast.Tuple):
            forms.append([*statements, ast.Return(_loaded(targets[0]))])
            if len(statements) == 1 and last.value is not None:
                forms.append([ast.Return(last.value)])
    elif isinstance(last, Function) and len(statements) == 1:
        forms = [_without_docstring(last.body)]
    return forms


def _loaded(target: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(target), mode="eval").body


def _places(tree: ast.Module, names: Sequence[str]) -> list[tuple[int, ...]]:
    """Paths to the functions and methods of the base that the exercise asks for."""
    found: list[tuple[int, ...]] = []
    for index, node in enumerate(tree.body):
        if isinstance(node, Function) and node.name in names:
            found.append((index,))
        elif isinstance(node, ast.ClassDef) and node.name in names:
            found += [(index, inner) for inner, item in enumerate(node.body) if isinstance(item, Function)]
    return found


def _at(tree: ast.Module, place: tuple[int, ...]) -> Function:
    node: ast.AST = tree
    for index in place:
        node = node.body[index]  # type: ignore[attr-defined]
    assert isinstance(node, Function)
    return node


def _with_bodies(tree: ast.Module, bodies: dict[tuple[int, ...], Statements]) -> str:
    changed = copy.deepcopy(tree)
    for place, body in bodies.items():
        function = _at(changed, place)
        hole = next((number for number, node in enumerate(function.body) if _is_hole(node)), None)
        if hole is None:  # the learner has written here: all of it is replaced
            function.body = list(body)
        else:
            function.body[hole : hole + 1] = body
    return _source(changed.body)


def _is_hole(node: ast.stmt) -> bool:
    """`raise NotImplementedError(…)`, `...` or `pass`."""
    if isinstance(node, ast.Raise):
        return node.exc is not None and ast.unparse(node.exc).startswith("NotImplementedError")
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and node.value.value is ...
    return isinstance(node, ast.Pass)


def _lines_replaced(tree: ast.Module, texts: Sequence[Statements], places: Sequence[tuple[int, ...]]) -> Iterator[str]:
    """The base with one line replaced by one of the reply's, or by its expression; or with one put in before it."""
    new: dict[str, ast.stmt] = {}
    for statements in texts:
        for node in ast.walk(ast.Module(statements, [])):
            if isinstance(node, LINE):
                new.setdefault(ast.unparse(node), node)
    for text, piece in new.items():
        lines = [(place, *where) for place in places for where in _lines(_at(tree, place))]
        lines.sort(key=lambda line: -difflib.SequenceMatcher(None, line[-1], text, autojunk=False).ratio())
        for place, block, number, _ in lines[:MOST_LINES]:
            for form in ("replaced", "value", "before"):
                changed = copy.deepcopy(tree)
                body = _blocks(_at(changed, place))[block]
                old = body[number]
                if form == "before" and not isinstance(piece, ast.Expr):
                    body.insert(number, piece)
                elif form == "replaced" and not isinstance(piece, ast.Expr):
                    body[number] = piece
                elif form == "value" and isinstance(piece, ast.Expr) and getattr(old, "value", None) is not None:
                    old.value = piece.value  # type: ignore[attr-defined]
                else:
                    continue
                yield _source(changed.body)


def _arguments_replaced(
    tree: ast.Module, found: Sequence[Fragment], places: Sequence[tuple[int, ...]]
) -> Iterator[str]:
    """The base with one argument of a call given another value: `axis=-1` in a reply, where the code has `axis=0`."""
    named = {
        (node.targets[0].id, ast.unparse(node.value)): node.value
        for fragment in found
        for node in parsed(fragment.text) or []
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for (name, text), value in named.items():
        for place in places:
            for number, keyword in enumerate(_keywords(_at(tree, place))):
                if keyword.arg == name and ast.unparse(keyword.value) != text:
                    changed = copy.deepcopy(tree)
                    _keywords(_at(changed, place))[number].value = value
                    yield _source(changed.body)


def _keywords(function: Function) -> list[ast.keyword]:
    """The arguments that are given by name in the function's calls."""
    return [node for node in ast.walk(function) if isinstance(node, ast.keyword)]


def _lines(function: Function) -> Iterator[tuple[int, int, str]]:
    """Where each statement of a function stands: which block, which of its statements, and its text."""
    for block, body in enumerate(_blocks(function)):
        for number, node in enumerate(body):
            yield block, number, ast.unparse(node)


def _blocks(function: Function) -> list[Statements]:
    """The function's body and those of its loops and conditions, in the order of the text."""
    found: list[Statements] = []
    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                found.append(block)
    return found


def _without_docstring(body: Statements) -> Statements:
    first = body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if is_docstring and len(body) > 1 else body


def _source(statements: Sequence[ast.stmt]) -> str:
    text = ast.unparse(ast.fix_missing_locations(ast.Module(list(statements), [])))
    return re.sub(r"^from __future__ .*$", "", text, flags=re.MULTILINE)
