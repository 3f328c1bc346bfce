"""The bytes that training takes on one GPU: what the weights cost, and what waits for the backward pass.

Rajbhandari et al. (2020), "ZeRO: Memory Optimizations Toward Training Trillion Parameter Models", sections 3 and 5;
Korthikanti et al. (2022), "Reducing Activation Recomputation in Large Transformer Models", section 4.

Symbols: `data` GPUs train the same weights on different texts, `tensor` GPUs share every matrix, `pipeline` GPUs share
the layers. Training is in mixed precision (Micikevicius et al. 2018): weights and gradients in bfloat16, 2 bytes each;
a copy of the weights and the two moments of Adam in float32, 12 bytes. 1 GB is 10⁹ bytes.
"""


def model_memory(
    parameters: int, strategy: str, data: int = 1, tensor: int = 1, pipeline: int = 1, learns: bool = True
) -> tuple[int, int, int]:
    """Bytes of weights, gradients and optimizer states on the GPU that holds most.

    Tensor and pipeline parallelism cut the parameters; of each GPU's part, ZeRO-1 cuts the optimizer states among the
    `data` GPUs, ZeRO-2 the gradients as well, ZeRO-3 the weights as well. A model that does not learn has weights only.
    Raises ValueError for another strategy.
    """
    cuts = {"DDP": (1, 1, 1), "ZeRO-1": (1, 1, data), "ZeRO-2": (1, data, data), "ZeRO-3": (data, data, data)}
    if strategy not in cuts:
        raise ValueError(f"strategy must be one of {', '.join(cuts)}, not {strategy!r}")
    weights, gradients, states = (-(-parameters // (tensor * pipeline * ranks)) for ranks in cuts[strategy])
    if not learns:
        return 2 * weights, 0, 0
    return 2 * weights, 2 * gradients, 12 * states


def activation_memory(
    batch: int,
    time: int,
    width: int,
    heads: int,
    layers: int,
    tensor: int = 1,
    sequence_parallel: bool = False,
    flash: bool = True,
    recompute: bool = False,
    in_flight: int = 1,
    data: int = 1,
) -> int:
    """Bytes that a GPU's layers keep for the backward pass, at most (Korthikanti et al. 2022, table 2).

    A layer keeps 34 bytes for each number of the stream, 10 of them outside the parts that `tensor` GPUs share, and
    5 for each attention weight unless `flash` computes these anew. Sequence parallelism shares the 10 too. With
    `recompute` a layer keeps its input alone, and one layer at a time has all of it back. The layers keep this for
    `in_flight` microbatches. The `data` GPUs have texts of their own, so how many they are does not matter.
    """
    stream = batch * time * width
    outside = 10 * stream // tensor if sequence_parallel else 10 * stream
    scores = 0 if flash else 5 * batch * heads * time**2
    layer = outside + (24 * stream + scores) // tensor
    if not recompute:
        return in_flight * layers * layer
    entry = 2 * stream // tensor if sequence_parallel else 2 * stream
    return in_flight * layers * entry + layer - entry
