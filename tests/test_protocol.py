"""The pipe between judge and worker: a closed tree of plain values crosses it unchanged, and nothing else does.

A reply is written by the process that a submission controls, so the reader is fuzzed, and a live worker lies to it.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import json
import math
import random
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.catalog import exercise_named, judgement_of
from autograder.judge import load_problem
from autograder.sandbox import Limits, Sandbox, Usage
from autograder.submission import Lent, Submission, SubmissionLost, SubmissionRaised
from autograder.trial import run_check
from autograder.worker import protocol
from autograder.worker.protocol import (
    DTYPES,
    PREFIX,
    STORED,
    Opaque,
    ProtocolError,
    Unsendable,
    opaque_only,
    pack,
    unpack,
)

NUMPY_TO_TORCH = {name: getattr(torch, name) for name in DTYPES if name in protocol.TORCH_DTYPES}


class Ended(Exception):
    """The stream ended before the frame did."""


def reader(frame: bytes) -> Callable[[int], bytearray]:
    rest = memoryview(frame)

    def read(count: int) -> bytearray:
        nonlocal rest
        assert count <= max(protocol.MAX_HEADER, protocol.MAX_PAYLOAD), "more was asked for than a frame may hold"
        if count > len(rest):
            raise Ended
        taken, rest = bytearray(rest[:count]), rest[count:]
        return taken

    return read


def sent(value: Any) -> Any:
    """What the judge receives of a value that a worker sends."""
    return unpack(reader(b"".join(pack({"ok": value}))), opaque_only)["ok"]


def plain(value: Any) -> Any:
    """A value as something that `==` compares exactly: NaN, signs of zero, bytes, types and layouts included."""
    if isinstance(value, torch.Tensor):
        array = value.view(torch.int16) if value.dtype == torch.bfloat16 else value
        return ("torch", str(value.dtype), plain(array.numpy())[2:])
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        layout = "C" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "strided"
        return ("numpy", array.dtype.name, array.shape, layout, array.tobytes())
    if isinstance(value, float):
        return ("float", struct.pack(">d", value) if value == value else "nan")
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return (type(value).__name__, value)


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    """Arrays of every dtype, rank and layout, empty ones among them."""
    name = draw(st.sampled_from(sorted(set(DTYPES) - {"longdouble"})))
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4))
    array = draw(hnp.arrays(np.dtype(name), shape, elements=hnp.from_dtype(np.dtype(name), allow_nan=True)))
    layout = draw(st.sampled_from(["C", "F", "gaps", "backwards", "broadcast", "transposed", "swapped bytes"]))
    if layout == "F":
        return np.asarray(array, order="F")
    if layout == "gaps" and array.ndim:
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if layout == "backwards" and array.ndim:
        return array[::-1]
    if layout == "broadcast":
        return np.broadcast_to(array, (3, *array.shape))
    if layout == "transposed":
        return array.T
    if layout == "swapped bytes":
        return array.astype(array.dtype.newbyteorder())
    return array


@st.composite
def tensors(draw: st.DrawFn) -> torch.Tensor:
    array = draw(arrays().filter(lambda array: array.dtype.name in NUMPY_TO_TORCH))
    tensor = torch.from_numpy(np.array(array, dtype=array.dtype.name))
    if draw(st.booleans()) and tensor.dtype.is_floating_point:
        tensor = tensor.to(torch.bfloat16)
    if draw(st.booleans()) and tensor.ndim >= 2:
        tensor = tensor.transpose(0, 1)
    if draw(st.booleans()) and tensor.dtype.is_floating_point:
        tensor.requires_grad_(True)
    return tensor


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=30), arrays(), tensors()
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.tuples(inner, inner), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def native(value: Any) -> Any:
    """The tree as it should arrive: tuples as lists, tensors without their graph, arrays in native byte order."""
    if isinstance(value, torch.Tensor):
        return value.detach()
    if isinstance(value, np.ndarray):
        gapped = not value.flags.c_contiguous and not value.flags.f_contiguous
        swapped = value.astype(value.dtype.newbyteorder("="), copy=False)
        if gapped and swapped.flags.c_contiguous and swapped.ndim:  # an array of swapped bytes keeps its gaps too
            return np.repeat(swapped, 2, axis=-1)[..., ::2]
        return swapped
    if isinstance(value, list | tuple):
        return [native(item) for item in value]
    if isinstance(value, dict):
        return {key: native(item) for key, item in value.items()}
    return value


@settings(deadline=None, max_examples=400)
@given(TREES)
def test_every_value_of_the_closed_tree_arrives_unchanged(value: Any) -> None:
    assert plain(sent(value)) == plain(native(value))


@settings(deadline=None, max_examples=200)
@given(st.one_of(arrays(), tensors()))
def test_an_array_that_arrives_is_writable_and_its_own(value: Any) -> None:
    frame = bytearray(b"".join(pack({"ok": [value, value]})))
    first, second = unpack(reader(bytes(frame)), opaque_only)["ok"]
    before = plain(second)
    first[...] = 1
    assert plain(second) == before


def test_a_scalar_of_numpy_arrives_as_an_array_without_dimensions() -> None:
    for scalar in (np.float64(1.5), np.float32(2.5), np.int8(3), np.bool_(True), np.complex128(1j)):
        got = sent(scalar)
        assert isinstance(got, np.ndarray)
        assert (got.shape, got.dtype, got[()]) == ((), scalar.dtype, scalar)


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, b"bytes", 1j, range(3), iter([1]), lambda: 1, math, int, Ellipsis, slice(3), ValueError("no")],
    ids=lambda value: type(value).__name__,
)
def test_any_other_object_arrives_as_the_name_of_its_type(value: Any) -> None:
    assert sent([value]) == [Opaque(type(value).__name__)]


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else None


def endless() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


class Unending(list):
    def __iter__(self) -> Iterator[int]:
        while True:
            yield 1


UNSENDABLE: dict[str, Callable[[], Any]] = {
    "an integer of more than 64 bits": lambda: 2**63,
    "a long string": lambda: "x" * (protocol.MAX_STRING + 1),
    "too many parts": lambda: [None] * (protocol.MAX_NODES + 1),
    "a list without end": lambda: Unending(),
    "a list within itself": endless,
    "a deep tree": lambda: nested(protocol.MAX_DEPTH + 1),
    "keys that are no strings": lambda: {1: 2},
    "an array of objects": lambda: np.array([object()]),
    "an array of strings": lambda: np.array(["a"]),
    "an array of dates": lambda: np.array(["2026-11-20"], dtype="datetime64[D]"),
    "a structured array": lambda: np.zeros(2, dtype=[("a", "f8")]),
    "too many dimensions": lambda: np.zeros((1,) * (protocol.MAX_RANK + 1)),
    "a large array": lambda: np.zeros(protocol.MAX_PAYLOAD + 1, dtype=np.int8),
    "a large array that takes no memory": lambda: np.broadcast_to(1.0, (2**40,)),
    "a large empty array": lambda: np.empty((0, 2**40)),
    "large arrays together": lambda: [np.zeros(protocol.MAX_PAYLOAD // 2 + 1, dtype=np.int8)] * 2,
    "a sparse tensor": lambda: torch.eye(2).to_sparse(),
    "a tensor without values": lambda: torch.empty(2, device="meta"),
}


@pytest.mark.parametrize("case", UNSENDABLE)
def test_what_the_tree_does_not_allow_is_refused_where_it_would_be_sent(case: str) -> None:
    with pytest.raises(Unsendable):
        pack({"ok": UNSENDABLE[case]()})


def test_half_of_a_character_is_replaced_and_never_reaches_the_judge() -> None:
    assert sent("\ud800 and \udfff") == "? and ?"
    assert sent({"\ud800": 1}) == {"?": 1}
    frame = framed({"ok": "\ud800", "arrays": []})
    with pytest.raises(ProtocolError):
        unpack(reader(frame), opaque_only)


# Values that lie about themselves: the judge gets plain numbers, whatever their methods say.


class LyingArray(np.ndarray):
    """Says that it equals everything, and lies about its shape, dtype and bytes."""

    shape = (99,)
    dtype = np.dtype("int8")
    nbytes = 0

    def __eq__(self, other: Any) -> Any:
        return True

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        return np.full(3, 42.0)

    def __array_ufunc__(self, *args: Any, **kwargs: Any) -> Any:
        return True

    def __array_function__(self, *args: Any, **kwargs: Any) -> Any:
        return True

    def tobytes(self, *args: Any) -> bytes:
        return b"\0" * 24

    def astype(self, *args: Any, **kwargs: Any) -> Any:
        return self

    def view(self, *args: Any, **kwargs: Any) -> Any:
        return self


class LyingTensor(torch.Tensor):
    """Answers every torch function with True."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return True


class LyingFloat(float):
    def __eq__(self, other: Any) -> bool:
        return True

    def __ne__(self, other: Any) -> bool:
        return False

    def __sub__(self, other: Any) -> float:
        return 0.0

    __rsub__ = __sub__

    def __repr__(self) -> str:
        return "42.0"

    __hash__ = None


class LyingInt(int):
    def __eq__(self, other: Any) -> bool:
        return True

    def __repr__(self) -> str:
        return "42"

    __hash__ = None


class LyingText(str):
    def __eq__(self, other: Any) -> bool:
        return True

    def __len__(self) -> int:
        return 0

    __hash__ = None


class Colour(IntEnum):
    RED = 3


def test_a_lying_array_arrives_as_its_own_plain_numbers() -> None:
    got = sent(np.array([1.0, 2.0, 3.0]).view(LyingArray))
    assert type(got) is np.ndarray
    assert (got.shape, got.dtype) == ((3,), np.float64)
    assert got.tolist() == [1.0, 2.0, 3.0]


def test_a_masked_array_arrives_with_what_its_mask_hides() -> None:
    got = sent(np.ma.masked_array([1.0, 2.0], mask=[True, False]))
    assert type(got) is np.ndarray
    assert got.tolist() == [1.0, 2.0]


@pytest.mark.skipif(np.dtype(np.longdouble).itemsize == 8, reason="here a long double is a float64")
def test_a_long_double_stays_one_but_for_the_digits_that_float64_has_not() -> None:
    x = np.array([[1.0, np.nan], [np.inf, 1.0 / np.longdouble(3)]], dtype=np.longdouble)
    got = sent(x)
    assert got.dtype == np.longdouble
    assert np.array_equal(got.astype(np.float64), x.astype(np.float64), equal_nan=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_lying_tensor_arrives_as_its_own_plain_numbers(dtype: torch.dtype) -> None:
    got = sent(torch.tensor([1.0, 2.0], dtype=dtype).as_subclass(LyingTensor))
    assert type(got) is torch.Tensor
    assert got.dtype == dtype
    assert got.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [(LyingFloat(1.5), float, 1.5), (LyingInt(7), int, 7), (LyingText("no"), str, "no"), (Colour.RED, int, 3)],
    ids=["float", "int", "str", "enum"],
)
def test_a_lying_number_or_text_arrives_as_a_plain_one(value: Any, kind: type, expected: Any) -> None:
    got = sent(value)
    assert type(got) is kind
    assert kind.__eq__(got, expected) is True


def test_an_object_that_only_claims_to_be_an_array_fails_where_it_is_sent() -> None:
    class Claims:
        @property
        def __class__(self) -> Any:
            return np.ndarray

    with pytest.raises(TypeError):
        pack({"ok": Claims()})


# The reader against frames that no honest worker sends.


def framed(header: Any, payload: bytes = b"", claimed: int | None = None) -> bytes:
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return PREFIX.pack(len(head), len(payload) if claimed is None else claimed) + head + payload


def described(**changes: Any) -> bytes:
    """A frame of one array of three numbers, with its description changed."""
    description = {"lib": "numpy", "dtype": "float64", "shape": [3], "layout": "C", **changes}
    return framed({"ok": {"a": 0}, "arrays": [description]}, bytes(24))


def deep(opening: str, closing: str, depth: int) -> bytes:
    return framed(f'{{"ok":{opening * depth}{closing * depth},"arrays":[]}}'.encode())


HOSTILE: dict[str, bytes] = {
    "a header of four gigabytes": PREFIX.pack(2**32 - 1, 0) + b"{}",
    "a payload of 2^60 bytes": framed({"ok": 1, "arrays": []}, claimed=2**60),
    "a payload that nothing describes": framed({"ok": 1, "arrays": []}, bytes(8)),
    "an array that is not there": described(shape=[4]),
    "a negative length": described(shape=[-3]),
    "two negative lengths": described(shape=[-1, -3]),
    "a boolean length": described(shape=[True, 3]),
    "a fractional length": described(shape=[3.0]),
    "a shape that is no list": described(shape=3),
    "a shape that overflows": described(shape=[2**62, 4]),
    "an empty shape that overflows": framed(
        {"ok": {"a": 0}, "arrays": [{"lib": "numpy", "dtype": "int8", "shape": [0] + [2**28] * 3, "layout": "C"}]}
    ),
    "an empty shape with gaps that overflows": framed(
        {"ok": {"a": 0}, "arrays": [{"lib": "numpy", "dtype": "int8", "shape": [2**28, 0] * 3, "layout": "strided"}]}
    ),
    "too many dimensions": described(shape=[1] * 60 + [3]),
    "an unknown library": described(lib="pickle"),
    "a library that is a list": described(lib=["numpy"]),
    "an unknown dtype": described(dtype="object"),
    "a dtype that is a list": described(dtype=[["a", "O"]]),
    "a dtype of torch for numpy": described(dtype="bfloat16", shape=[12]),
    "a dtype of numpy for torch": described(lib="torch", dtype="uint64"),
    "an unknown layout": described(layout="Z"),
    "a layout that is a dict": described(layout={}),
    "a description with more in it": described(offset=0),
    "a description that is a number": framed({"ok": 1, "arrays": [7]}),
    "an array before the first": framed({"ok": {"a": -1}, "arrays": []}),
    "an array after the last": framed({"ok": {"a": 0}, "arrays": []}),
    "an array number that is true": framed(
        {"ok": {"a": True}, "arrays": [{"lib": "numpy", "dtype": "int8", "shape": [1], "layout": "C"}] * 2}, bytes(2)
    ),
    "a handle of the judge's": framed({"ok": {"h": 1}, "arrays": []}),
    "a lent object": framed({"ok": {"c": 1, "methods": []}, "arrays": []}),
    "an opaque that is a number": framed({"ok": {"o": 1}, "arrays": []}),
    "a dict without its mark": framed({"ok": {"x": 1}, "arrays": []}),
    "an empty dict without its mark": framed({"ok": {}, "arrays": []}),
    "a mark beside another": framed({"ok": {"d": {}, "a": 0}, "arrays": []}),
    "a large integer": framed({"ok": 2**64, "arrays": []}),
    "an integer of a million digits": framed(b'{"ok":' + b"9" * 1_000_000 + b',"arrays":[]}'),
    "a long string": framed({"ok": "x" * 70_000, "arrays": []}),
    "a long key": framed({"ok": {"d": {"x" * 70_000: 1}}, "arrays": []}),
    "a list as deep as the header": deep("[", "]", 1_000_000),
    "dicts as deep as Python goes": deep('{"d":{"x":', "1}}", 900),
    "a tree of a million": framed(b'{"ok":[' + b"0," * 1_000_000 + b'0],"arrays":[]}'),
    "no list of arrays": framed({"ok": 1}),
    "arrays that are a dict": framed({"ok": 1, "arrays": {}}),
    "a header that is a list": framed([1, 2]),
    "a header that is NaN": framed(b"NaN"),
    "a header of zeros": framed(bytes(10)),
    "a header that is not text": framed(b'{"ok": "\xff\xfe", "arrays": []}'),
    "a header in another encoding": framed('{"ok": "\ud800", "arrays": []}'.encode("utf-16", "surrogatepass")),
    "an empty header": framed(b""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_frame_is_refused_and_nothing_is_allocated_for_it(case: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ProtocolError):
            unpack(reader(HOSTILE[case]), opaque_only)
        assert tracemalloc.get_traced_memory()[1] < (8 << 20) + 64 * len(HOSTILE[case])
    finally:
        tracemalloc.stop()


def test_odd_but_harmless_headers_give_plain_values() -> None:
    def read(header: bytes) -> Any:
        return unpack(reader(framed(header)), opaque_only)["ok"]

    assert read(b'{"ok": 1, "ok": 2, "arrays": [1], "arrays": []}') == 2
    assert math.isnan(read(b'{"ok": NaN, "arrays": []}'))
    assert read(b'{"ok": [1e999, -Infinity], "arrays": []}') == [math.inf, -math.inf]
    boolean = unpack(reader(described(dtype="bool", shape=[24]).replace(bytes(24), b"\x05" * 24)), opaque_only)["ok"]
    assert boolean.view(np.uint8).tolist() == [1] * 24, "a bool is 0 or 1"


SEEDS: list[dict[str, Any]] = [
    {"ok": None},
    {"ok": [1, 2.5, "text", True, {"key": [np.arange(6.0).reshape(2, 3)]}], "printed": "hello"},
    {"ok": {"output": torch.ones(2, 3), "gradients": [torch.zeros(4), None]}, "printed": ""},
    {"ok": {"missing": ["f"], "similar": {"f": ["g"]}, "errors": []}, "printed": ""},
    {"ok": 3, "printed": ""},
    {"error": {"type": "ValueError", "bases": ["ValueError", "Exception"], "message": "no", "where": "line 1 of a: x"}},
    {"invoke": 1, "method": "step", "args": [1, np.ones(2)], "kwargs": {}},
    {"ok": [np.zeros((2, 0)), np.asfortranarray(np.ones((2, 2))), torch.ones(2, dtype=torch.bfloat16)], "printed": ""},
]
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2, 2**31, 2**63, 2**64, 10**40, 0.5, math.nan, math.inf, "", "a", "d", "h", "\ud800",
    "x" * 70_000, [], {}, [[]], [0], ["f"], {"a": 0}, {"a": 1}, {"a": [0]}, {"d": {}}, {"d": {"d": 1}}, {"d": []},
    {"o": "X"}, {"o": 1}, {"h": 1}, {"c": 1, "methods": ["step"]}, [-1], [0, 2**28, 2**28], "float64", "bfloat16", 
    "torch", "strided", "F",
]  # fmt: skip


def mutated(header: Any, rng: random.Random) -> Any:
    """The header's JSON with one place in it replaced, removed, doubled or renamed."""
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in node if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(header)
    if not places:
        return copy.deepcopy(rng.choice(ODD))
    node, key = rng.choice(places)
    action = rng.randrange(5)
    if action == 0 and isinstance(node, dict):
        node[rng.choice(["ok", "error", "invoke", "method", "a", "d", "o", "missing", "type"])] = node.pop(key)
    elif action == 1:
        del node[key]
    elif action == 2:
        node[key] = [node[key], node[key]]
    else:
        node[key] = copy.deepcopy(rng.choice(ODD))
    return header


def fuzzed(rng: random.Random) -> bytes:
    """A frame that is random, or valid but for a few bytes, or valid JSON that says something odd."""
    frame = bytearray(b"".join(pack(rng.choice(SEEDS))))
    kind = rng.randrange(8)
    if kind == 0:
        return rng.randbytes(rng.randrange(200))
    if kind == 1:
        return PREFIX.pack(rng.choice([0, 1, 10, 2**22, 2**31]), rng.choice([0, 8, 2**28, 2**63])) + rng.randbytes(50)
    if kind == 2:
        return bytes(frame[: rng.randrange(len(frame))])
    if kind <= 4:
        for _ in range(rng.randrange(1, 4)):
            frame[rng.randrange(len(frame))] = rng.randrange(256)
        return bytes(frame)
    head_length, _ = PREFIX.unpack(bytes(frame[: PREFIX.size]))
    header = json.loads(frame[PREFIX.size : PREFIX.size + head_length])
    for _ in range(rng.randrange(1, 4)):
        header = mutated(header, rng) if isinstance(header, dict | list) else header
    payload = bytes(frame[PREFIX.size + head_length :])
    if rng.random() < 0.3 and isinstance(header, dict) and isinstance(header.get("arrays"), list):
        # Make the sizes add up again, so that the mutation is looked at and not only the sum.
        try:
            sizes = [
                math.prod(d["shape"]) * (DTYPES | STORED).get(d["dtype"], DTYPES["int16"]).itemsize
                for d in header["arrays"]
            ]
            payload = bytes(min(sum(sizes), 1 << 16))
        except (TypeError, KeyError, ValueError, OverflowError):
            pass
    return framed(header, payload)


def is_valid(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(is_valid, value))
    if isinstance(value, dict):
        return all(type(key) is str and is_valid(item) for key, item in value.items())
    if type(value) is np.ndarray:
        return value.dtype in DTYPES.values()
    return value is None or type(value) in (bool, int, float, str, torch.Tensor, Opaque)


def test_ten_thousand_fuzzed_frames_give_a_valid_value_or_a_protocol_error() -> None:
    rng = random.Random(2026)
    outcomes = {"value": 0, "refused": 0, "ended": 0}
    for _ in range(10_000):
        frame = fuzzed(rng)
        try:
            message = unpack(reader(frame), opaque_only)
        except ProtocolError:
            outcomes["refused"] += 1
        except Ended:
            outcomes["ended"] += 1
        else:
            outcomes["value"] += 1
            assert is_valid(message), message
    assert min(outcomes.values()) > 500, f"the fuzzer is not balanced: {outcomes}"


class Fuzzer:
    """A transport whose other side sends fuzzed replies."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def send(self, request: dict[str, Any], lent: dict[int, Lent]) -> None:
        pass

    def exchange(self, request: dict[str, Any], lent: dict[int, Lent]) -> dict[str, Any]:
        try:
            return unpack(reader(fuzzed(self.rng)), opaque_only)
        except (ProtocolError, Ended) as error:
            raise SubmissionLost("its process sent junk") from error

    def measured(self, request: dict[str, Any]) -> tuple[dict[str, Any], int]:
        return self.exchange(request, {}), 0

    def spawn(self, gives_back: bool = False) -> Fuzzer:
        return self

    def close(self) -> int:
        return 0


REQUESTS: dict[str, Callable[[Submission], Any]] = {
    "call": lambda s: s.call("f", 1),
    "measure": lambda s: s.measure("f", 1),
    "each": lambda s: len(s.each("f", [(1,), (2,)])) == 2,
    "build": lambda s: (s.build("f", 1), s.settle()),
    "hold and fetch": lambda s: s.hold(np.ones(2)).fetch(),
    "vjp": lambda s: len(s.vjp("f", torch.ones(2), torch.ones(2), wrt=[0, 1], cotangent=torch.ones(2))[1]) == 2,
    "load": lambda s: load_problem(exercise_named("attention.positional_multi_head_attention"), s, [("a.py", "")]),
    "begin": lambda s: (s.begin(1), s.settle()),
}


class Saying:
    """A transport whose other side gives one reply to everything."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def send(self, request: dict[str, Any], lent: dict[int, Lent]) -> None:
        pass

    def exchange(self, request: dict[str, Any], lent: dict[int, Lent]) -> dict[str, Any]:
        return {"ok": self.value}

    def measured(self, request: dict[str, Any]) -> tuple[dict[str, Any], int]:
        return self.exchange(request, {}), 0

    def spawn(self, gives_back: bool = False) -> Saying:
        return self

    def close(self) -> int:
        return 0


LOADED: dict[str, Any] = {"missing": ["f"], "similar": {"f": ["g"]}, "errors": []}
WHAT = {"type": "T", "message": "m", "where": "w"}


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        LOADED | {"missing": np.ones(2)},
        LOADED | {"missing": [["f"]]},
        LOADED | {"missing": "f"},
        LOADED | {"similar": ["f"]},
        LOADED | {"similar": {"f": None}},
        LOADED | {"similar": {"f": [np.ones(2)]}},
        LOADED | {"errors": [1]},
        LOADED | {"errors": [WHAT | {"message": np.ones(2)}]},
        LOADED | {"errors": [{"type": "T"}]},
    ],
    ids=repr,
)
def test_a_malformed_report_of_loading_ends_the_submission(value: Any) -> None:
    exercise = exercise_named("attention.positional_multi_head_attention")
    assert "it does define g" in load_problem(exercise, Submission(Saying(LOADED)), [("a.py", "")])
    with pytest.raises(SubmissionLost, match="malformed reply"):
        load_problem(exercise, Submission(Saying(value)), [("a.py", "")])


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_fuzzed_reply_to_any_request_raises_nothing_but_the_two_ways_to_fail(request_: str) -> None:
    s = Submission(Fuzzer(seed=3))
    outcomes = set()
    for _ in range(1500):
        try:
            REQUESTS[request_](s)
            outcomes.add("value")
        except (SubmissionRaised, SubmissionLost) as error:
            outcomes.add(type(error).__name__)
            assert len(str(error)) < 2000
    assert outcomes == {"value", "SubmissionRaised", "SubmissionLost"}


def test_a_check_survives_every_fuzzed_reply() -> None:
    s = Submission(Fuzzer(seed=5))
    for check in judgement_of(exercise_named("attention.positional_multi_head_attention")).checks:
        for seed in range(100):
            assert not run_check(check, s, seed).passed


# A live worker that lies: it writes to the judge's channel itself.

FORGER = """
import json, os, stat, struct, threading, time

def channel():
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
        except OSError:
            pass
    raise RuntimeError("no channel")

def write(data):
    while data:
        data = data[os.write(channel(), data):]

def frame(message, payload=b""):
    head = json.dumps({**message, "arrays": []}).encode()
    return struct.pack(">IQ", len(head), len(payload)) + head + payload

def fine(x):
    return x

def f(x):
"""
LIARS = {
    "garbage": "    write(bytes(range(256)) * 4)",
    "a flood of bytes": "    while True: write(b'\\xff' * 65536)",
    "a flood of calls": "    while True: write(frame({'invoke': 1, 'method': 'no', 'args': [], 'kwargs': {}}))",
    "a frame of 2^60 bytes": "    write(struct.pack('>IQ', 2, 1 << 60) + b'{}')",
    "a large frame that never comes": "    write(struct.pack('>IQ', 4 << 20, 256 << 20)); time.sleep(100)",
    "a large array that never comes": (
        '    head = b\'{"ok":{"a":0},"arrays":[{"lib":"numpy","dtype":"int8","shape":[268435456],"layout":"C"}]}\'\n'
        "    write(struct.pack('>IQ', len(head), 1 << 28) + head); time.sleep(100)"
    ),
    "half a frame": "    write(frame({'ok': 1})[:9]); os._exit(0)",
    "a reply that is no reply": "    write(frame({'huh': 1}))",
    "a call of nothing": "    write(frame({'invoke': [], 'method': {}, 'args': 1}))",
    "a closed channel": "    os.close(channel()); time.sleep(100)",
    "deep nesting": "    n = 4 << 20; write(struct.pack('>IQ', n, 0) + b'[' * n)",
    "silence": "    time.sleep(100)",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(("numpy",)) as sandbox:
        yield sandbox


def live(sandbox: Sandbox, body: str, seconds: float) -> Submission:
    submission = Submission(sandbox.open({}, Limits(seconds), Usage()))
    assert not submission.load([("forger.py", FORGER + body)], ["f"])["errors"]
    return submission


def assert_the_next_is_served(sandbox: Sandbox) -> None:
    next_one = live(sandbox, "    return x", seconds=60)
    assert next_one.call("fine", 7) == 7
    next_one.transport.close()


@pytest.mark.parametrize("lie", LIARS)
def test_a_worker_that_lies_on_its_channel_is_lost_and_the_next_is_served(lie: str, sandbox: Sandbox) -> None:
    s = live(sandbox, LIARS[lie], seconds=1)
    tracemalloc.start()
    try:
        with pytest.raises(SubmissionLost):
            s.call("f", np.ones(3))
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()
    with pytest.raises(SubmissionLost):
        s.call("fine", 1)  # it stays lost
    assert_the_next_is_served(sandbox)


def test_a_worker_that_never_reads_is_lost(sandbox: Sandbox) -> None:
    s = live(sandbox, "    write(frame({'ok': 1})); time.sleep(100)", seconds=1)
    assert s.call("f", 1) == 1
    with pytest.raises(SubmissionLost, match="within 1 seconds"):
        s.call("fine", np.zeros(4_000_000))
    assert_the_next_is_served(sandbox)


def test_a_worker_that_says_more_than_it_was_asked_for_is_lost(sandbox: Sandbox) -> None:
    s = live(sandbox, "    write(frame({'ok': 1}) * 3); time.sleep(100)", seconds=60)
    assert s.call("f", 1) == 1
    with pytest.raises(SubmissionLost, match="more than it was asked for"):
        s.call("fine", 1)
    assert_the_next_is_served(sandbox)


def test_a_worker_that_replies_twice_harms_only_its_own_answers(sandbox: Sandbox) -> None:
    s = live(sandbox, "    write(frame({'ok': 'forged'}))\n    return x", seconds=60)
    assert s.call("f", 1) == "forged"  # well formed, so it counts as the answer: numbers decide
    with contextlib.suppress(SubmissionLost):
        assert s.call("fine", 2) == 1  # the answer to the question before
    s.transport.close()
    assert_the_next_is_served(sandbox)


def test_hundreds_of_fuzzed_frames_from_a_live_worker_harm_nothing(sandbox: Sandbox) -> None:
    rng = random.Random(9)
    short = (frame for frame in iter(lambda: fuzzed(rng), None) if len(frame) < 20_000)
    for frame in itertools.islice(short, 150):
        s = live(sandbox, f"    write(bytes.fromhex({frame.hex()!r})); os._exit(0)", seconds=60)
        with contextlib.suppress(SubmissionLost, SubmissionRaised):
            s.call("f", 1)
        s.transport.close()
    assert_the_next_is_served(sandbox)
