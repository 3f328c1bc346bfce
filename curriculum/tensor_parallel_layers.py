"""A transformer's matrices, cut so that each rank computes with its part: Shoeybi et al. (2019), "Megatron-LM: Training
multi-billion parameter language models using model parallelism", section 3.

Symbols: N ranks, rank r. `d` is the width of the model, `hidden` that inside an MLP. Matrices are (out, in), as in
torch. Weights are given whole; a module keeps a copy of its part. N divides whatever is cut. Where nothing else is
said, activations and the gradients that arrive for them are the same on every rank.

Departures: no dropout, and the whole weights pass through every rank once, when a module is made.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import curriculum.tensor_parallel as tensor_parallel
from curriculum.collectives import all_gather
from curriculum.communicator import Communicator


class ColumnParallelLinear(nn.Module):
    """Part r of the columns of x · weightᵀ + bias: x (…, in), the same on every rank → (…, out/N)."""

    def __init__(self, weight: Tensor, bias: Tensor, comm: "Communicator") -> None:
        """`weight` (out, in) and `bias` (out,) are whole. In torch's layout, columns of the product are rows here."""
        super().__init__()
        self.comm = comm
        self.weight = nn.Parameter(weight.detach().chunk(comm.world_size)[comm.rank].clone())  # a view would keep all
        self.bias = nn.Parameter(bias.detach().chunk(comm.world_size)[comm.rank].clone())

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(tensor_parallel.copy_to_ranks(x, self.comm), self.weight, self.bias)


class RowParallelLinear(nn.Module):
    """x · weightᵀ + bias, of whose x each rank has a part: (…, in/N) → (…, out), the same on every rank."""

    def __init__(self, weight: Tensor, bias: Tensor, comm: "Communicator") -> None:
        """`weight` (out, in) and `bias` (out,) are whole, and the bias stays so."""
        super().__init__()
        self.comm = comm
        self.weight = nn.Parameter(weight.detach().chunk(comm.world_size, dim=1)[comm.rank].clone())
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x: Tensor) -> Tensor:
        return tensor_parallel.reduce_from_ranks(F.linear(x, self.weight), self.comm) + self.bias


class ParallelMLP(nn.Module):
    """Two layers with a GELU between, whose hidden units are shared out: one all-reduce in each direction."""

    def __init__(
        self, up_weight: Tensor, up_bias: Tensor, down_weight: Tensor, down_bias: Tensor, comm: "Communicator"
    ) -> None:
        """`up_weight` (hidden, d), `up_bias` (hidden,), `down_weight` (d, hidden) and `down_bias` (d,) are whole."""
        super().__init__()
        self.up = ColumnParallelLinear(up_weight, up_bias, comm)
        self.down = RowParallelLinear(down_weight, down_bias, comm)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(x)))  # (…, d) → (…, hidden/N) → (…, d)


class ParallelAttention(nn.Module):
    """Causal self-attention whose heads are shared out: one all-reduce in each direction.

    Under the same weights it is chapter 1's `CausalSelfAttention`.
    """

    def __init__(
        self,
        qkv_weight: Tensor,
        qkv_bias: Tensor,
        out_weight: Tensor,
        out_bias: Tensor,
        heads: int,
        comm: "Communicator",
    ) -> None:
        """`qkv_weight` (3 · d, d) and `qkv_bias` (3 · d,) are of q, then k, then v; `out_weight` is (d, d)."""
        super().__init__()
        self.comm, self.heads = comm, heads // comm.world_size
        size = len(out_weight) // comm.world_size  # of all heads of a rank together
        mine = slice(comm.rank * size, (comm.rank + 1) * size)
        # (3 · d, …) → (3, d, …), of which a rank has the rows of its heads in each of the three
        self.qkv_weight = nn.Parameter(qkv_weight.detach().unflatten(0, (3, -1))[:, mine].flatten(0, 1).clone())
        self.qkv_bias = nn.Parameter(qkv_bias.detach().unflatten(0, (3, -1))[:, mine].flatten().clone())
        self.out_weight = nn.Parameter(out_weight.detach()[:, mine].clone())
        self.out_bias = nn.Parameter(out_bias.detach().clone())

    def forward(self, x: Tensor) -> Tensor:
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        qkv = F.linear(x, self.qkv_weight, self.qkv_bias)
        # (batch, time, 3 · d/N) → three of (batch, heads/N, time, head_dim)
        q, k, v = qkv.unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
        return tensor_parallel.reduce_from_ranks(F.linear(mixed, self.out_weight), self.comm) + self.out_bias


def parallel_cross_entropy(logits: Tensor, targets: Tensor, start: int, comm: "Communicator") -> Tensor:
    """−log softmax at the targets, over a vocabulary that is shared out: (…, own), (…) → (…), the same on every rank.

    `logits` are those of the tokens from `start` on; ranks may have different numbers of them, and some may be −inf.
    Forward sends three numbers a target around the ring, and backward nothing.
    """
    largest = all_gather(logits.detach().amax(-1)[None], comm).amax(0)  # subtracted, it changes nothing
    shifted = logits - largest[..., None]
    mine = (targets >= start) & (targets < start + logits.shape[-1])
    place = torch.where(mine, targets - start, 0)
    own = torch.where(mine, shifted.gather(-1, place[..., None])[..., 0], 0.0)
    total, wanted = tensor_parallel.reduce_from_ranks(torch.stack([shifted.exp().sum(-1), own]), comm)
    return total.log() - wanted
