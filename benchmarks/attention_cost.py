"""What attention costs as the sequence grows: seconds and bytes of four ways to compute the same.

    python benchmarks/attention_cost.py [--out results/attention_cost.json] [--longest 8192]

One head of width 64, causal, float32, one thread. Naive and tiled are this course's NumPy; SDPA is torch's fused
kernel; "one more, cached" is a single new query over a cache of T keys, which is what writing one token costs, beside
computing all T rows again. Bytes are by how much the peak of a fresh process's memory grows. All four give the same
rows, which is checked on the way.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from curriculum.attention import attend_with_kv_cache, causal_mask, scaled_dot_product_attention
from curriculum.flash_attention import flash_attention_forward
from curriculum.gpt import fused_attention
from curriculum.provenance import provenance

WIDTH, REPEATS, SHORTEST = 64, 5, 128
Arrays = list[np.ndarray]


def naive(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    return scaled_dot_product_attention(q, k, v, causal_mask(len(q)))[0]


def tiled(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    return flash_attention_forward(q, k, v, block_size=128, causal=True)[0]


def sdpa(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    return fused_attention(*(torch.from_numpy(x)[None, None] for x in (q, k, v)))[0, 0].numpy()


def one_more(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    past = {"k": k[None, None, :-1], "v": v[None, None, :-1]}
    return attend_with_kv_cache(*(x[None, None, -1:] for x in (q, k, v)), past)[0][0, 0]


WAYS: dict[str, Callable[..., np.ndarray]] = {
    "naive": naive,
    "tiled": tiled,
    "SDPA": sdpa,
    "one more, cached": one_more,
}


def arrays(time: int) -> Arrays:
    rng = np.random.default_rng(time)
    return [rng.standard_normal((time, WIDTH)).astype(np.float32) for _ in range(3)]


def grown(way: str, time: int, answer: multiprocessing.Queue) -> None:
    """In a fresh process: by how many bytes the peak grows while the way runs once, after a small run of it."""
    torch.set_num_threads(1)
    WAYS[way](*arrays(16))
    inputs = arrays(time)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    WAYS[way](*inputs)
    answer.put(1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("results/attention_cost.json"))
    parser.add_argument("--longest", type=int, default=8192)
    options = parser.parse_args()
    torch.set_num_threads(1)
    context = multiprocessing.get_context("spawn")
    times = [SHORTEST * 2**i for i in range(20) if SHORTEST * 2**i <= options.longest]
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    bytes_: dict[str, list[int]] = {way: [] for way in WAYS}
    for length in times:
        inputs = arrays(length)
        expected = sdpa(*inputs)
        spent: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(REPEATS):  # the ways take turns: a shared machine's speed changes
            for way, run in WAYS.items():
                started = time.perf_counter()
                found = run(*inputs)
                spent[way].append(time.perf_counter() - started)
                assert np.allclose(found, expected[-len(found) :], atol=1e-4), way
        for way in WAYS:
            answer = context.Queue()
            process = context.Process(target=grown, args=(way, length, answer))
            process.start()
            seconds[way].append(statistics.median(spent[way]))
            bytes_[way].append(answer.get())
            process.join()
            print(f"T = {length:>5}  {way:18} {1000 * seconds[way][-1]:9.2f} ms  {bytes_[way][-1] / 1e6:9.1f} MB")
    result = {"provenance": provenance(), "time": times, "seconds": seconds, "bytes": bytes_}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result) + "\n", encoding="utf-8")
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()
