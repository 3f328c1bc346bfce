"""Runs the judge's requests on a submission's own objects.

The same executor serves both backends: the jailed worker, where its verdict is final, and the learner's
kernel, where it is advisory. Every value goes in and out through `protocol`, so that an array subclass, an alias
or a lying `__eq__` behaves the same in both.

    load    run cells in a fresh namespace; reply which of the required names they define
    begin   drop all held objects and seed the global random generators
    call    call a function, a class or a held object's method; with keep, hold the result under that handle
    each    call as above once for each list of arguments; reply the list of results
    hold    keep a value here under a handle
    bring   run the judge's own source apart from the submission's names, and hold what it defines
    fetch   reply a held value
    assign  overwrite a held array in place
    get     an attribute of a held object
    library hold a module of a library, to call its functions on what is held
    vjp     call, then the vector–Jacobian product of the output with a cotangent (torch)
    forbid  make library functions unavailable; allow ends it
    settle  nothing: its reply says whether what was obeyed before it went well

A request may be obeyed without a reply. If it fails, those that follow are skipped (but for `allow`), and
the next reply tells.
"""

from __future__ import annotations

import builtins
import difflib
import functools
import hashlib
import importlib
import linecache
import random
import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from types import CodeType, ModuleType
from typing import Any

from .forbidden import forbidden
from .protocol import InTurn, Unsendable, pack

Invoke = Callable[[int, str, list[Any], dict[str, Any]], Any]
MESSAGE_LENGTH = 500


class Lent:
    """Stands in the submission for an object that lives with the judge; its methods are round trips."""

    _identity: int
    _invoke: Invoke
    _callable: bool

    def __init__(self, identity: int, methods: list[str], invoke: Invoke) -> None:
        bound = {method: self._bound(method) for method in methods if method != "__call__"}
        self.__dict__.update(bound, _identity=identity, _invoke=invoke, _callable="__call__" in methods)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name} cannot be set: only methods of this object can be used")

    def _bound(self, method: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return self._invoke(self._identity, method, list(args), kwargs)

        return call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._callable:
            raise TypeError("this object is not callable")
        return self._invoke(self._identity, "__call__", list(args), kwargs)


def answered(reply: dict[str, Any]) -> Any:
    """What a lent object's method returned; raises what it raised, as the nearest built-in exception."""
    if "error" not in reply:
        return reply["ok"]
    kind = getattr(builtins, reply["error"], RuntimeError)
    try:
        error = kind(reply["message"])
    except TypeError:  # a UnicodeError needs more than a message
        error = RuntimeError(reply["message"])
    raise error


class Refusal(Exception):
    """A request that this submission cannot serve; the message is for the learner."""


class Executor:
    """Holds a submission's namespace and objects, and answers one request at a time."""

    def __init__(self, invoke: Invoke, namespace: dict[str, Any]) -> None:
        self.invoke = invoke
        self.namespace = namespace
        self.held: dict[int, Any] = {}
        self.cells: dict[str, str] = {}
        self.forbidding = ExitStack()
        self.failure: BaseException | None = None
        """What a request without a reply raised."""

    def resolve(self, tree: dict[str, Any]) -> Any:
        """What {"h": id} or {"c": id, "methods": […]} from the judge stands for."""
        if "h" in tree:
            return self.held.get(tree["h"])  # absent only after a failure, and then the request is skipped
        return Lent(tree["c"], tree["methods"], self.invoke)

    def reply(self, request: dict[str, Any], printed: Callable[[], str]) -> list[bytes | memoryview]:
        """The frame that answers one request: "printed", and "ok" or an "error" of {type, bases, message, where}."""
        failure, self.failure = self.failure, None
        try:
            if failure is not None:
                raise failure
            operation = getattr(self, "op_" + request.pop("op"))
            # Packing runs the submission's code too: a list's __iter__, a number's __float__.
            return pack({"ok": operation(**request), "printed": printed()})
        except Unsendable as refused:
            error: BaseException = TypeError(f"it returned {refused}, which cannot be graded")
        except BaseException as raised:
            # SystemExit and the like belong to the submission and must not end its worker.
            error = raised
        return pack({"error": self.describe(error), "printed": printed()})

    def obey(self, request: dict[str, Any]) -> None:
        """Carry out a request that has no reply."""
        name = request.pop("op")
        if self.failure is None or name in ("begin", "allow"):
            try:
                getattr(self, "op_" + name)(**request)
            except BaseException as raised:
                self.failure = raised

    def owns(self, filename: str) -> bool:
        """Whether a traceback's file is the submission's: one of its cells, or a cell of the learner's kernel."""
        return filename in self.cells or "ipykernel_" in filename or filename.startswith("<ipython-input")

    def describe(self, error: BaseException) -> dict[str, Any]:
        """An exception as plain data: its class names, its message and the submission's own line."""
        try:
            message = str(error)
        except BaseException:  # its __str__ is the submission's too
            message = ""
        where = ""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if self.owns(frame.filename):
                where = f"line {frame.lineno} of {frame.filename}: {(frame.line or '').strip()}"
                break
        if isinstance(error, SyntaxError) and self.owns(error.filename or ""):
            where = f"line {error.lineno} of {error.filename}: {(error.text or '').strip()}"
            message = error.msg or message
        return {
            "type": type(error).__name__[:100],
            "bases": [base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins"],
            "message": message[:MESSAGE_LENGTH],
            "where": where[:MESSAGE_LENGTH],
            "judged": not isinstance(error, Refusal),
        }

    # Each op_… method below is one operation of the docstring above.

    def op_load(self, cells: list[list[str]], requires: list[str]) -> dict[str, Any]:
        # A cell that fails (a plot, another exercise's half-written answer) costs nothing by itself: what
        # counts is whether the required names exist at the end.
        errors = []
        for name, source in cells:
            self.cells[name] = source
            linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
            try:
                exec(compile(source, name, "exec", dont_inherit=True), self.namespace)
            except BaseException as error:
                errors.append(self.describe(error))
        missing = [name for name in requires if name not in self.namespace]
        own = [name for name in self.namespace if not name.startswith("_")]
        return {
            "missing": missing,
            "similar": {name: difflib.get_close_matches(name, own, n=1) for name in missing},
            "errors": errors[:20],
        }

    def op_begin(self, seed: int) -> None:
        self.held.clear()
        self.failure = None
        seed_generators(seed)

    def op_forbid(self, names: list[str]) -> None:
        self.forbidding.enter_context(forbidden(names))

    def op_allow(self) -> None:
        self.forbidding.close()

    def op_settle(self) -> None:
        pass

    def op_call(self, target: Any, method: str, args: list[Any], kwargs: dict[str, Any], keep: int) -> Any:
        result = self.callable(target, method)(*args, **kwargs)
        if not keep:
            return result
        self.held[keep] = result
        return None

    def op_each(self, target: Any, method: str, arguments: list[list[Any]]) -> InTurn:
        called = self.callable(target, method)
        return InTurn(called(*args) for args in arguments)

    def op_hold(self, value: Any, keep: int) -> None:
        self.held[keep] = value

    def op_bring(self, source: str, name: str, keep: int) -> None:
        namespace: dict[str, Any] = {"__name__": "judge"}
        exec(compiled(source), namespace)
        self.held[keep] = namespace[name]

    def op_fetch(self, target: Any) -> Any:
        return target

    def op_assign(self, target: Any, value: Any) -> None:
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(target, torch.Tensor):
            with torch.no_grad():
                target.copy_(value)
        else:
            target[...] = value

    def op_get(self, target: Any, attribute: str) -> Any:
        return getattr(target, attribute)

    def op_library(self, name: str, keep: int) -> None:
        self.held[keep] = importlib.import_module(name)

    def op_vjp(
        self, target: Any, method: str, args: list[Any], kwargs: dict[str, Any], wrt: list[int], cotangent: Any
    ) -> dict[str, Any]:
        import torch

        leaves = [args[index].detach().clone().requires_grad_(True) for index in wrt]
        for index, leaf in zip(wrt, leaves, strict=True):
            args[index] = leaf
        output = self.callable(target, method)(*args, **kwargs)
        if not isinstance(output, torch.Tensor):
            raise TypeError(f"it returned {type(output).__name__}, not a tensor")
        nothing = {"output": output, "gradients": [None for _ in leaves]}
        if not output.requires_grad:
            return nothing
        try:
            cotangent = cotangent.expand_as(output)
        except RuntimeError:  # the output has the wrong shape, which the check sees
            return nothing
        gradients = torch.autograd.grad(output, leaves, cotangent, allow_unused=True)
        return {"output": output, "gradients": list(gradients)}

    def callable(self, target: Any, method: str) -> Callable[..., Any]:
        """`target` is a name of the submission, or a held object whose `method` is meant ("" for itself)."""
        if isinstance(target, str):
            if target not in self.namespace:
                raise Refusal(f"the submission defines no {target}")
            target = self.namespace[target]
        if method:
            target = getattr(target, method)
        return target


@functools.lru_cache(maxsize=16)
def compiled(source: str) -> CodeType:
    """What the judge brings, which many checks bring again."""
    return compile(source, "<judge>", "exec", dont_inherit=True)


def seed_generators(seed: int) -> None:
    """Seed the global generators of this process: Python's, NumPy's and torch's."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % (1 << 32))
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.default_generator.manual_seed(seed)  # torch.manual_seed asks every kind of device first: 0.3 ms


def fresh_namespace() -> dict[str, Any]:
    """The namespace of a new module named `submission`, registered, since dataclasses look their module up."""
    module = sys.modules["submission"] = ModuleType("submission")
    return module.__dict__


def derived_seed(seed: int, *labels: object) -> int:
    """A 63-bit seed from which `seed` cannot be found: SHA-256 of the seed and the labels."""
    digest = hashlib.sha256(repr((seed, *labels)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
