"""What data sheets say of the machines that the course is for. Nothing here was measured by us.

Symbols: operations per second of a matrix product in bfloat16 without sparsity; bytes per second. A link's rate is that
of one direction: data sheets add both up. 1 GB is 10⁹ bytes and 1 Gb is 10⁹ bits.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """One GPU, and what connects it to the others."""

    name: str
    memory: int
    """Bytes."""
    matrix_rate: float
    memory_rate: float
    node: int
    """How many GPUs a machine has, all connected by `node_gigabits`."""
    node_gigabits: float
    """Between two GPUs of a machine, Gb/s in one direction."""
    network_gigabits: float
    """From a GPU to another machine, Gb/s in one direction."""


H100 = Device("H100 SXM, 80 GB", 80 * 10**9, 989e12, 3.35e12, 8, 8 * 450.0, 400.0)
"""NVIDIA, "H100 Tensor Core GPU" (data sheet, https://www.nvidia.com/en-us/data-center/h100/): 80 GB, 3.35 TB/s,
1,979 TFLOP/s in bfloat16 *with sparsity*, which is 989 without, and NVLink of 900 GB/s in both directions together:
18 links of 25 GB/s each way (https://developer.nvidia.com/blog/nvidia-hopper-architecture-in-depth/).
NVIDIA, "DGX H100" (data sheet, https://www.nvidia.com/en-us/data-center/dgx-h100/): eight of them, and eight network
cards of 400 Gb/s for what goes between machines. The sheet's 80 GB are counted as 80 · 10⁹ bytes."""
