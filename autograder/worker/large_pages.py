"""Lets a process that will fork often hold its memory in pages of 2 MiB.

A fork copies one entry for each page that the parent holds, and the child's end goes through all of them again. With
torch imported that is fifty thousand pages of 4 KiB, and most of the time that a worker costs. What a child writes to
is copied in pieces of 4 KiB, as before.
"""

from __future__ import annotations

import ctypes

SIZE = 2 << 20
MADV_COLLAPSE = 25  # Linux 6.1


def collapse(mappings: str) -> None:
    """Put this process's own memory into large pages, as far as the kernel can. Nothing is different where it can't.

    mappings: what /proc/self/maps says, which a confined process cannot open itself.
    """
    try:
        madvise = ctypes.CDLL(None).madvise
    except (OSError, AttributeError):
        return
    for mapping in mappings.splitlines():
        extent, mode, _, _, inode, *name = mapping.split(maxsplit=5)
        if mode == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            first, end = (int(address, 16) for address in extent.split("-"))
            first, end = -(-first // SIZE) * SIZE, end // SIZE * SIZE
            if first < end:
                madvise(ctypes.c_void_p(first), ctypes.c_size_t(end - first), MADV_COLLAPSE)
