"""Which code can share a notebook: its cells have one namespace, in which the last definition of a name wins."""

from __future__ import annotations

import ast
import builtins
import functools
import symtable
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """What some cells bind and use of the namespace."""

    binds: Mapping[str, str]
    """Where each name comes from: `numpy` for `np`, and an empty string for what is defined here."""
    uses: frozenset[str]

    def after(self, setup: Names) -> Names:
        """These names where the set-up cells have been run before."""
        return Names({**setup.binds, **self.binds}, self.uses)

    @property
    def borrowed(self) -> Set[str]:
        """What it uses and neither defines nor imports."""
        return self.uses - self.binds.keys() - vars(builtins).keys()

    def leaves_alone(self, other: Names, lent: Set[str]) -> bool:
        """Whether none of these names takes the place of one that the other binds or uses, unless it is `lent`."""
        return all(
            bool(path) and other.binds[name] == path if name in other.binds else name in lent or name not in other.uses
            for name, path in self.binds.items()
        )


@functools.cache
def names_of(source: str) -> Names:
    """The names of some code. Raises SyntaxError."""
    binds: dict[str, str] = {}
    uses: set[str] = set()
    top = symtable.symtable(source, "cell", "exec")
    for table in _tables(top):
        for symbol in table.get_symbols():
            if table is top or symbol.is_global():
                if symbol.is_assigned() or symbol.is_imported():
                    binds[symbol.get_name()] = ""
                if symbol.is_referenced():
                    uses.add(symbol.get_name())
    return Names(binds | dict(_imports(source)), frozenset(uses))


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _imports(source: str) -> Iterator[tuple[str, str]]:
    """The names that top-level imports bind, and to what."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                top = alias.name.partition(".")[0]  # `import a.b` binds a
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                yield alias.asname or alias.name, f"{statement.module}.{alias.name}"
