"""three matrices, narrow and unflatten"""
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


def block(tensor, index, count, dim=0):
    size = tensor.shape[dim] // count
    return tensor.detach().narrow(dim, index * size, size)


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        n, r = comm.world_size, comm.rank

        def own(tensor, which):
            return nn.Parameter(block(block(tensor, which, 3), r, n).clone())

        self.comm = comm
        self.head_dim = out_weight.shape[0] // heads
        self.q_weight, self.q_bias = own(qkv_weight, 0), own(qkv_bias, 0)
        self.k_weight, self.k_bias = own(qkv_weight, 1), own(qkv_bias, 1)
        self.v_weight, self.v_bias = own(qkv_weight, 2), own(qkv_bias, 2)
        self.o_weight = nn.Parameter(block(out_weight, (r + 1) % n, n, dim=1).clone())
        self.o_bias = nn.Parameter(out_bias.detach().clone())

    def split(self, y):
        return y.unflatten(-1, (-1, self.head_dim)).transpose(1, 2)

    def forward(self, x):
        shared = tensor_parallel.copy_to_ranks(x, self.comm)
        q = self.split(F.linear(shared, self.q_weight, self.q_bias))
        k = self.split(F.linear(shared, self.k_weight, self.k_bias))
        v = self.split(F.linear(shared, self.v_weight, self.v_bias))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        own = mixed.transpose(1, 2).flatten(2) @ self.o_weight.t()
        output = tensor_parallel.reduce_from_ranks(own, self.comm)
        return output + self.o_bias
