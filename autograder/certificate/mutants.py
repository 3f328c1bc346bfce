"""Mutants of a reference: its source with one small thing changed, by a mutation library's operators and by our own.

The library's operators change arithmetic, comparisons, numbers and conditions. Ours make this field's mistakes, which
are seldom one operator: a dropped square root, a mean for a sum, another axis, a view for a copy, an input written to.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..exercise import Exercise
from ..reference import module_text, segments

ARITHMETIC = ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow")
COMPARISONS = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")
# Left out: shifts, bitwise operators and `is` in the place of arithmetic and comparisons. On floats they raise or are
# constant, so they would only flatter the share of mutants that die.
OPERATORS = (
    *(f"ReplaceBinaryOperator_{old}_{new}" for old in ARITHMETIC for new in ARITHMETIC if old != new),
    *(f"ReplaceBinaryOperator_{old}_{new}" for old, new in (("BitAnd", "BitOr"), ("BitOr", "BitAnd"))),
    *(f"ReplaceComparisonOperator_{old}_{new}" for old in COMPARISONS for new in COMPARISONS if old != new),
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    *(f"ReplaceUnaryOperator_{name}" for name in ("USub_UAdd", "Delete_USub", "Delete_Invert", "Delete_Not")),
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "NumberReplacer", "ZeroIterationForLoop"),
)

# Functions and methods that learners take for one another.
SWAPPED = {
    "mean": ("sum",),
    "sum": ("mean", "max"),
    "max": ("min", "sum"),
    "min": ("max",),
    "std": ("var",),
    "var": ("std",),
    "exp": ("expm1",),
    "sin": ("cos",),
    "cos": ("sin",),
    "tril": ("triu",),
    "triu": ("tril",),
    "ones": ("zeros",),
    "zeros": ("ones",),
    "ones_like": ("zeros_like",),
    "zeros_like": ("ones_like",),
    "repeat": ("tile",),
    "tile": ("repeat",),
    "logical_and": ("logical_or",),
    "logical_or": ("logical_and",),
    "random": ("normal",),
    "cumsum": ("cumprod",),
}
ROOTS = ("sqrt", "rsqrt")
REMOVABLE = ("detach", "copy", "clone", "astype", "contiguous", "item")
AXES = ("axis", "dim")


@dataclass(frozen=True)
class Mutant:
    """One mutant of an exercise's reference."""

    name: str
    """The changed lines, as `old → new`; with #2, #3 … behind it where several mutants read alike."""
    operator: str
    source: str
    """The reference's module with the change in it."""

    def cells(self, exercise: Exercise) -> list[tuple[str, str]]:
        return [(exercise.reference, self.source)]


def mutants(exercise: Exercise) -> list[Mutant]:
    """Every mutant of the definitions that a submission must make, each once, in a stable order."""
    module = module_text(exercise.reference)
    found: list[Mutant] = []
    names: dict[str, int] = {}
    for segment, start in segments(exercise):
        seen = {_what_runs(segment)}
        for operator, text in (*_by_library(segment), *_by_field(segment)):
            try:
                runs = _what_runs(text)
            except SyntaxError:
                continue
            if runs in seen:
                continue
            seen.add(runs)
            name = changed_lines(segment, text)
            names[name] = names.get(name, 0) + 1
            name = name if names[name] == 1 else f"{name} #{names[name]}"
            found.append(Mutant(name, operator, module[:start] + text + module[start + len(segment) :]))
    return found


def _what_runs(source: str) -> str:
    """The source's meaning to Python: without comments, layout, docstrings and annotations."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    return ast.dump(tree)


def changed_lines(old: str, new: str) -> str:
    """What differs between two texts, as `old lines → new lines`."""
    before, after = old.splitlines(), new.splitlines()
    shorter = min(len(before), len(after))
    start = next((line for line in range(shorter) if before[line] != after[line]), shorter)
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    texts = (" ".join(map(str.strip, lines[start : len(lines) - end])) for lines in (before, after))
    return " → ".join(re.sub(r"\s+", " ", text) or "(nothing)" for text in texts)


def _by_library(source: str) -> Iterator[tuple[str, str]]:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        occurrence = 0
        while (text := mutate_code(source, operator, occurrence)) is not None:
            yield _in_words(name), text
            occurrence += 1


def _in_words(operator: str) -> str:
    """`LtE for Lt` for ReplaceComparisonOperator_Lt_LtE, and `number replacer` for NumberReplacer."""
    kind, *names = operator.split("_")
    if len(names) == 2:
        return f"{names[1]} for {names[0]}"
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind).lower()


# --- this field's own


@dataclass(frozen=True)
class Splice:
    """A piece of source, by its offsets in bytes, and what takes its place."""

    start: int
    end: int
    new: str


class Places:
    """A source and where its nodes are."""

    def __init__(self, source: str) -> None:
        self.source = source.encode()
        self.lines = [0]
        for line in self.source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def span(self, node: ast.AST) -> tuple[int, int]:
        return self.lines[node.lineno - 1] + node.col_offset, self.lines[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def text(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.source[start:end].decode()

    def replaced(self, node: ast.AST, new: str) -> Splice:
        return Splice(*self.span(node), new)

    def with_(self, splice: Splice) -> str:
        return (self.source[: splice.start] + splice.new.encode() + self.source[splice.end :]).decode()


def _by_field(source: str) -> Iterator[tuple[str, str]]:
    places = Places(source)
    for node in ast.walk(ast.parse(source)):
        for operator, splice in _splices(node, places):
            yield operator, places.with_(splice)


def _splices(node: ast.AST, places: Places) -> Iterator[tuple[str, Splice]]:
    match node:
        case ast.Call():
            yield from _of_call(node, places)
        case ast.BinOp(left, ast.Pow(), right):
            yield "dropped power", places.replaced(node, f"({places.text(left)})")
            if places.text(right) == "2":
                yield "square as absolute value", places.replaced(node, f"abs({places.text(left)})")
        case ast.Attribute(value, "T"):
            yield "dropped transpose", places.replaced(node, places.text(value))
        case ast.Return(value) if value is not None:
            yield "flipped sign", places.replaced(value, f"-({places.text(value)})")
        case ast.If():
            yield "dropped branch", places.replaced(node, "pass")
        case ast.AugAssign() | ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "dropped statement", places.replaced(node, "pass")
        case ast.Expr(ast.Call()):
            yield "dropped statement", places.replaced(node, "pass")
        case ast.FunctionDef():
            yield from _of_function(node, places)


def _of_call(call: ast.Call, places: Places) -> Iterator[tuple[str, Splice]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    arguments = [places.text(argument) for argument in call.args]
    for other in SWAPPED.get(name, ()):
        _, end = places.span(call.func)
        yield f"{other} for {name}", Splice(end - len(name), end, other)
    if name in ROOTS and len(call.args) == 1:
        yield "dropped root", places.replaced(call, f"({arguments[0]})")
        inner = call.args[0]
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult | ast.Div):
            sign = "*" if isinstance(inner.op, ast.Mult) else "/"
            left, right = places.text(inner.left), places.text(inner.right)
            root = places.text(call.func)
            yield "moved root", places.replaced(call, f"({root}({left}) {sign} ({right}))")
            yield "moved root", places.replaced(call, f"(({left}) {sign} {root}({right}))")
    if name in REMOVABLE and owner is not None:
        yield f"dropped {name}", places.replaced(call, places.text(owner))
    if name == "where" and len(call.args) == 3:
        for chosen in arguments[1:]:
            yield "ignored mask", places.replaced(call, f"({chosen})")
        swapped = f"{places.text(call.func)}({arguments[0]}, {arguments[2]}, {arguments[1]})"
        yield "inverted mask", places.replaced(call, swapped)
    if name in ("transpose", "permute", "swapaxes"):
        if owner is not None:
            yield "dropped transpose", places.replaced(call, places.text(owner))
        either_way = name == "swapaxes" or (name == "transpose" and len(call.args) == 2)  # swaps two
        for i in range(0 if either_way else len(call.args) - 1):
            order = [*arguments[:i], arguments[i + 1], arguments[i], *arguments[i + 2 :]]
            yield "swapped axes", places.replaced(call, f"{places.text(call.func)}({', '.join(order)})")
    for keyword in call.keywords:
        if keyword.arg in (*AXES, "keepdims", "k", "dtype"):
            kept = arguments + [places.text(other) for other in call.keywords if other is not keyword]
            yield f"ignored {keyword.arg}", places.replaced(call, f"{places.text(call.func)}({', '.join(kept)})")
        if keyword.arg in AXES:
            for axis in ("-2", "-1", "0", "1"):
                if axis != places.text(keyword.value):
                    yield "another axis", places.replaced(keyword.value, axis)


def _of_function(function: ast.FunctionDef, places: Places) -> Iterator[tuple[str, Splice]]:
    docstring = ast.get_docstring(function) is not None
    body = function.body[1:] if docstring else function.body
    if not body:
        return
    start, _ = places.span(body[0])
    indent = " " * body[0].col_offset
    names = function.args.args + function.args.kwonlyargs
    defaults = dict(zip([a.arg for a in reversed(function.args.args)], reversed(function.args.defaults), strict=False))
    for argument in names:
        if argument.arg in ("self", "cls"):
            continue
        default = defaults.get(argument.arg)
        ignored = places.text(default) if default is not None else f"{argument.arg} * 0"
        yield "ignored argument", Splice(start, start, f"{argument.arg} = {ignored}\n{indent}")
        kind = places.text(argument.annotation) if argument.annotation is not None else ""
        if "ndarray" in kind or "Tensor" in kind:
            guard = f"if getattr({argument.arg}_came, 'ndim', 0):"  # None and scalars cannot be written to
            end = places.span(body[-1])[1]
            # The argument as it came: its name may be bound anew.
            inside = places.source[start:end].decode().replace("\n", "\n    ")
            came = f"{argument.arg}_came = {argument.arg}"
            lines = (came, "try:", f"    {inside}", "finally:", f"    {guard}", f"        {argument.arg}_came[...] = 0")
            yield "mutated input", Splice(start, end, f"\n{indent}".join(lines))
