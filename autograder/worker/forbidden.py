"""Makes library functions unavailable where a task forbids them: by import, and in torch's dispatcher.

A name is either the path of an attribute (`torch.nn.functional.scaled_dot_product_attention`,
`numpy.linalg.inv`), or an operator of torch (`aten::scaled_dot_product_attention`), which then fails however it is
reached: through another function, a module or `torch.ops`.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any


class Forbidden(RuntimeError):
    """This exercise forbids the function that was called."""


@contextmanager
def forbidden(names: Sequence[str]) -> Iterator[None]:
    """While this is entered, calling any of `names` raises Forbidden."""
    with ExitStack() as undo:
        for name in names:
            if "::" in name:
                undo.enter_context(_without_operator(name))
            else:
                undo.enter_context(_without_attribute(name))
        yield


def _refusal(name: str) -> Any:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise Forbidden(f"this exercise asks for {name} to be written by hand, so it is not available")

    return refuse


@contextmanager
def _without_attribute(name: str) -> Iterator[None]:
    module_name, _, attribute = name.rpartition(".")
    module = importlib.import_module(module_name)
    original = getattr(module, attribute)
    setattr(module, attribute, _refusal(name))
    try:
        yield
    finally:
        setattr(module, attribute, original)


@contextmanager
def _without_operator(name: str) -> Iterator[None]:
    import torch

    namespace, _, operator = name.partition("::")
    library = torch.library.Library(namespace, "IMPL")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns that an operator is overridden, which is what is meant
            for key in ("CPU", "AutogradCPU"):
                library.impl(operator, _refusal(name), key)
        yield
    finally:
        library._destroy()
