"""The language in which the policy writes: expressions as tokens in prefix order, and what they are in Python.

An operator stands before its operands, so there are no brackets, and an expression ends where nothing more is awaited:
`/ * input mask keep` is `x * mask / keep` where `input` means `x`. A variable's token says of what *kind* it is and not
how an exercise calls it, so that what is learned of a rate in one exercise is of use in another. In one expression no
word but the four operators comes twice, and there is no function of a function: `policy` keeps a model to that.

Symbols: `words` are the tokens of an expression without its EOS; a *scope* maps kinds to Python text.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from curriculum.text_tasks import BOS, EOS, PAD

BINARY = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div}
UNARY = ("√", "²", "exp")
CONSTANTS = ("1", "2")
ARITY = {**dict.fromkeys(BINARY, 2), **dict.fromkeys(UNARY, 1)}

KINDS = tuple(
    "input mask keep rate scale mean variance second-moment deviation epsilon sum others maximum dots width "
    "model-width gradient even odd cos sin next delta log-prob old-log-prob ref-log-prob log-ratio advantage reward "
    "value discount lambda decay price score noise log-deviation ended residual-variance previous".split()
)
"""What a variable can be."""
GOALS = tuple(
    "scaled mean-kept second-moment-kept share moment backward logits softmax shifted rotated return baseline "
    "normalised td-error recursion ratio estimator explained penalised drawn following moved kept".split()
)
"""What an expression can be for."""
VOCABULARY = ("<pad>", "<bos>", "<eos>", "?", "|", *ARITY, *CONSTANTS, *KINDS, *(f"<{goal}>" for goal in GOALS))
TOKEN = {word: token for token, word in enumerate(VOCABULARY)}
assert (TOKEN["<pad>"], TOKEN["<bos>"], TOKEN["<eos>"]) == (PAD, BOS, EOS)

MOST_WORDS = 11

Scope = Mapping[str, str]


class IllFormed(Exception):
    """What was written is no expression over the scope."""


def words_of(completion: Sequence[int]) -> list[str]:
    """The words before the first EOS. Raises IllFormed where there is none."""
    tokens = list(completion)
    if EOS not in tokens:
        raise IllFormed("it does not end")
    return [VOCABULARY[token] for token in tokens[: tokens.index(EOS)]]


def python(words: Sequence[str], scope: Scope, library: str) -> str:
    """The expression in Python; `library` ("np" or "torch") has its exp. Raises IllFormed."""
    rest = list(words)
    text = _taken(rest, scope, library)
    if rest:
        raise IllFormed("it goes on behind its end")
    return ast.unparse(ast.parse(text, mode="eval"))  # without the brackets that are not needed


def _taken(rest: list[str], scope: Scope, library: str) -> str:
    """One expression off the front of `rest`."""
    if not rest:
        raise IllFormed("an operand is missing")
    word = rest.pop(0)
    if word in CONSTANTS:
        return f"{word}.0"
    if word in scope:
        return f"({scope[word]})"
    operands = [_taken(rest, scope, library) for _ in range(ARITY.get(word, 0))]
    match word, operands:
        case (("+" | "-" | "*" | "/"), [left, right]):
            return f"({left} {word} {right})"
        case "√", [operand]:
            return f"({operand} ** 0.5)"
        case "²", [operand]:
            return f"({operand} ** 2)"
        case "exp", [operand]:
            return f"{library}.exp({operand})"
    raise IllFormed(f"{word} means nothing here")


def words_from(text: str, scope: Scope) -> list[str]:
    """The words for a Python expression, such as one of a reference. Raises ValueError for what has none."""
    known = {ast.unparse(ast.parse(meaning, mode="eval")): kind for kind, meaning in scope.items()}
    return _worded(ast.parse(text, mode="eval").body, known)


def _worded(node: ast.expr, known: Mapping[str, str]) -> list[str]:
    text = ast.unparse(node)
    if text in known:
        return [known[text]]
    match node:
        case ast.Constant(float() | int() as number) if str(int(number)) in CONSTANTS and number == int(number):
            return [str(int(number))]
        case ast.Constant(0.5):
            return ["/", "1", "2"]
        case ast.BinOp(base, ast.Pow(), ast.Constant(0.5)):
            return ["√", *_worded(base, known)]
        case ast.BinOp(base, ast.Pow(), ast.UnaryOp(ast.USub(), ast.Constant(0.5))):
            return ["/", "1", "√", *_worded(base, known)]
        case ast.BinOp(base, ast.Pow(), ast.Constant(2)):
            return ["²", *_worded(base, known)]
        case ast.BinOp(left, operator, right):
            for word, kind in BINARY.items():
                if isinstance(operator, kind):
                    return [word, *_worded(left, known), *_worded(right, known)]
        case ast.Call(ast.Attribute(ast.Name("np" | "torch" | "math"), "sqrt" | "exp" as name), [operand]):
            return ["√" if name == "sqrt" else "exp", *_worded(operand, known)]
        case ast.Call(ast.Attribute(operand, "exp"), []):
            return ["exp", *_worded(operand, known)]
    raise ValueError(f"{text} cannot be said in this language")
