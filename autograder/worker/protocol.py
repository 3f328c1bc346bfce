"""What crosses the pipe between judge and worker: frames of JSON and raw array bytes.

A frame is a 12-byte prefix (header length, payload length), a JSON header and the bytes of its arrays, one
after another in C order. The header carries a message `{"op": …}` whose values are a closed tree:

    None, bool, int (64 bits), float, str      as themselves
    list, tuple, InTurn                        a JSON list
    dict with string keys                      {"d": {…}}
    NumPy array or scalar, torch tensor        {"a": index into the header's "arrays"}
    an object that stays in the worker         {"h": id}            (judge → worker)
    an object that stays with the judge        {"c": id, "methods": […]}   (judge → worker)
    anything else                              {"o": its type's name}      (worker → judge)

There is no pickle and no eval. The reader checks dtype, rank, size and exact length before it builds an array.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

PREFIX = struct.Struct(">IQ")
MAX_HEADER = 4 << 20  # bytes
MAX_PAYLOAD = 256 << 20  # bytes
MAX_NODES = 200_000
MAX_DEPTH = 24
MAX_STRING = 65_536  # characters
MAX_RANK = 16
INT64 = 1 << 63
ENCODER = json.JSONEncoder(separators=(",", ":"))

DTYPES = {
    name: np.dtype(name)
    for name in (
        "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
    )
}
# NumPy has no bfloat16: its bytes travel as int16 and only a torch tensor may carry it.
# NumPy's long double differs from machine to machine: it travels as float64, and only a NumPy array may be one.
if np.dtype(np.longdouble).itemsize > 8:
    DTYPES["longdouble"] = np.dtype(np.longdouble)
NAMES = {dtype: name for name, dtype in DTYPES.items()}
TORCH_DTYPES = set(DTYPES) - {"uint16", "uint32", "uint64", "longdouble"} | {"bfloat16"}
STORED: dict[str, np.dtype] = {"bfloat16": np.dtype(np.int16), "longdouble": np.dtype(np.float64)}
"""As what the dtypes travel that have no portable form of their own."""


class ProtocolError(Exception):
    """The other side sent what the protocol does not allow."""


class Unsendable(Exception):
    """A value cannot cross the pipe; the message says which and why."""


class Reader:
    """Reads exactly as many bytes as are asked for, from a source that gives them in pieces.

    It holds what has arrived and no more, so a length that is merely claimed costs nothing.
    """

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self.receive = receive
        self.ahead = bytearray()
        """What arrived beyond what was asked for."""

    def __call__(self, count: int) -> bytearray:
        while len(self.ahead) < count:
            self.ahead += self.receive(1 << 16)
        taken = self.ahead[:count]
        del self.ahead[:count]
        return taken


class InTurn:
    """Values that come to be one by one: each is packed before the next is asked for, which may change it."""

    def __init__(self, values: Iterator[Any]) -> None:
        self.values = values


@dataclass(frozen=True)
class Opaque:
    """Stands with the judge for an object that cannot cross the pipe."""

    type_name: str


Marker = Callable[[Any], "dict[str, Any] | None"]
Resolver = Callable[[dict[str, Any]], Any]


def pack(message: dict[str, Any], marker: Marker = lambda value: None) -> list[bytes | memoryview]:
    """The buffers of one frame. `marker` may turn an object into {"h"|"c"|"o": …}; raises Unsendable."""
    arrays: list[dict[str, Any]] = []
    buffers: list[bytes | memoryview] = []
    budget = [MAX_NODES]

    def tree(value: Any, depth: int) -> Any:
        budget[0] -= 1
        if depth > MAX_DEPTH or budget[0] < 0:
            raise Unsendable("a value nested too deeply or with too many parts")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, np.ndarray | np.generic) or _is_tensor(value):
            description, buffer = _pack_array(value)
            arrays.append(description)
            buffers.append(buffer)
            return {"a": len(arrays) - 1}
        if isinstance(value, int):
            if not -INT64 <= value < INT64:
                raise Unsendable("an integer of more than 64 bits")
            return int(value)
        if isinstance(value, float):
            return float(value)
        if isinstance(value, str):
            if len(value) > MAX_STRING:
                raise Unsendable(f"a string of more than {MAX_STRING} characters")
            return _sendable_text(value)
        marked = marker(value)
        if marked is not None:
            return marked
        if isinstance(value, list | tuple):
            return [tree(item, depth + 1) for item in value]
        if isinstance(value, InTurn):
            return [tree(item, depth + 1) for item in value.values]
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                raise Unsendable("a dict whose keys are not all strings")
            return {"d": {_sendable_text(key)[:256]: tree(item, depth + 1) for key, item in value.items()}}
        return {"o": _sendable_text(type(value).__name__)[:100]}

    header = {key: tree(value, 0) for key, value in message.items()}
    header["arrays"] = arrays
    head = ENCODER.encode(header).encode()
    payload = sum(len(buffer) for buffer in buffers)
    if len(head) > MAX_HEADER or payload > MAX_PAYLOAD:
        raise Unsendable(f"more than {MAX_PAYLOAD >> 20} MiB in one value")
    return [PREFIX.pack(len(head), payload), head, *buffers]


def unpack(read: Callable[[int], bytearray], resolve: Resolver) -> dict[str, Any]:
    """Read one frame with `read(n)` (exactly n bytes) and build its message.

    `resolve` builds what {"h"|"c"|"o": …} stands for. Raises ProtocolError for anything malformed.
    """
    head_length, payload_length = PREFIX.unpack(bytes(read(PREFIX.size)))
    if head_length > MAX_HEADER or payload_length > MAX_PAYLOAD:
        raise ProtocolError("a frame larger than the protocol allows")
    try:
        header = json.loads(read(head_length).decode())
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a header that is not JSON") from error
    if not isinstance(header, dict) or not isinstance(header.get("arrays"), list):
        raise ProtocolError("a header without its list of arrays")
    descriptions = [_checked_description(item) for item in header.pop("arrays")]
    if sum(size for *_, size in descriptions) != payload_length:
        raise ProtocolError("array sizes that do not add up to the payload")
    payload = memoryview(read(payload_length))
    arrays = []
    start = 0
    for lib, dtype, shape, layout, size in descriptions:
        arrays.append(_unpack_array(lib, dtype, shape, layout, payload[start : start + size]))
        start += size
    budget = [MAX_NODES]

    def value(tree: Any, depth: int) -> Any:
        budget[0] -= 1
        if depth > MAX_DEPTH or budget[0] < 0:
            raise ProtocolError("a tree too deep or too large")
        if tree is None or isinstance(tree, bool | float):
            return tree
        if isinstance(tree, int):
            if not -INT64 <= tree < INT64:
                raise ProtocolError("an integer of more than 64 bits")
            return tree
        if isinstance(tree, str):
            return _checked_text(tree)
        if isinstance(tree, list):
            return [value(item, depth + 1) for item in tree]
        if not isinstance(tree, dict) or not tree:
            raise ProtocolError("an unknown kind of value")
        if set(tree) == {"d"} and isinstance(tree["d"], dict):
            return {_checked_text(key): value(item, depth + 1) for key, item in tree["d"].items()}
        if set(tree) == {"a"}:
            index = tree["a"]
            if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(arrays):
                raise ProtocolError("a reference to an array that was not sent")
            return arrays[index]
        return resolve(tree)

    return {_checked_text(key): value(item, 0) for key, item in header.items()}


def opaque_only(tree: dict[str, Any]) -> Opaque:
    """The judge's resolver: a worker may send names of types, never references to objects."""
    if set(tree) == {"o"} and isinstance(tree["o"], str):
        return Opaque(_checked_text(tree["o"])[:100])
    raise ProtocolError("an unknown kind of value")


def _sendable_text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _checked_text(text: str) -> str:
    if len(text) > MAX_STRING:
        raise ProtocolError("a string longer than the protocol allows")
    try:
        text.encode()
    except UnicodeEncodeError as error:  # half of a pair: whoever prints it would fail
        raise ProtocolError("a string that is not Unicode") from error
    return text


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _pack_array(value: Any) -> tuple[dict[str, Any], bytes | memoryview]:
    lib = "numpy"
    dtype_name = ""
    if _is_tensor(value):
        torch = sys.modules["torch"]
        lib = "torch"
        # The methods of torch.Tensor itself: a subclass's own could lie, and its __torch_function__ too.
        with torch._C.DisableTorchFunctionSubclass():
            if value.layout != torch.strided or value.device.type not in ("cpu", "cuda"):
                raise Unsendable(f"a {value.layout} tensor on {value.device.type}")
            plain = torch.Tensor.detach(value).resolve_conj().resolve_neg().cpu()
            if plain.dtype == torch.bfloat16:
                dtype_name = "bfloat16"
                plain = plain.view(torch.int16)
            array = plain.numpy()
    else:
        array = np.asarray(np.ndarray.view(value, np.ndarray) if isinstance(value, np.ndarray) else value)
    dtype_name = dtype_name or NAMES.get(array.dtype) or array.dtype.name
    if array.ndim > MAX_RANK or dtype_name not in (TORCH_DTYPES if lib == "torch" else DTYPES):
        raise Unsendable(f"an array of dtype {array.dtype} and {array.ndim} dimensions")
    if _extent(array.shape) * array.itemsize > MAX_PAYLOAD:
        raise Unsendable(f"an array of shape {array.shape} and {array.nbytes >> 20} MiB")
    if dtype_name == "longdouble":
        array = array.astype(np.float64)
    layout = "C" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "strided"
    native = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("="), copy=False))
    return {"lib": lib, "dtype": dtype_name, "shape": list(array.shape), "layout": layout}, native.tobytes()


def _checked_description(item: Any) -> tuple[str, str, tuple[int, ...], str, int]:
    if not isinstance(item, dict) or set(item) != {"lib", "dtype", "shape", "layout"}:
        raise ProtocolError("a malformed array description")
    lib, dtype, shape, layout = item["lib"], item["dtype"], item["shape"], item["layout"]
    known = {"numpy": set(DTYPES), "torch": TORCH_DTYPES}.get(lib if isinstance(lib, str) else "", set())
    if not isinstance(dtype, str) or dtype not in known or layout not in ("C", "F", "strided"):
        raise ProtocolError("an array of an unknown kind")
    if not isinstance(shape, list) or len(shape) > MAX_RANK:
        raise ProtocolError("an array of too many dimensions")
    if not all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= MAX_PAYLOAD for n in shape):
        raise ProtocolError("an array with an impossible shape")
    itemsize = _stored(dtype).itemsize
    if _extent(shape) * itemsize > MAX_PAYLOAD:
        raise ProtocolError("an array larger than the protocol allows")
    return lib, dtype, tuple(shape), layout, math.prod(shape) * itemsize


def _stored(dtype: str) -> np.dtype:
    return STORED[dtype] if dtype in STORED else DTYPES[dtype]


def _extent(shape: Sequence[int]) -> int:
    """The number of elements, an empty dimension counted as one: NumPy refuses a huge shape even of an empty array."""
    return math.prod(max(length, 1) for length in shape)


def _unpack_array(lib: str, dtype: str, shape: tuple[int, ...], layout: str, data: memoryview) -> Any:
    stored = _stored(dtype)
    # A copy of its own, so that the array is writable and shares memory with nothing.
    array = np.frombuffer(bytearray(data), dtype=stored).reshape(shape)
    if stored == np.bool_:
        array = np.asarray(array.view(np.uint8) != 0)  # a bool byte other than 0 and 1 would be undefined behaviour
    if dtype == "longdouble":
        array = array.astype(np.longdouble)
    if layout == "F":
        array = np.asfortranarray(array)
    elif layout == "strided" and shape:
        # The sender's array was a view with gaps: give the receiver one too.
        roomy = np.zeros((*shape[:-1], 2 * shape[-1]), dtype=array.dtype)
        roomy[..., ::2] = array
        array = roomy[..., ::2]
    if lib == "numpy":
        return array
    import torch

    tensor = torch.from_numpy(array)
    return tensor.view(torch.bfloat16) if dtype == "bfloat16" else tensor
