"""No collectives: every rank adds up one part of the numbers, which the others send it directly, and sends it back."""
import torch


def total(x, comm):
    n, world, rank = x.numel(), comm.world_size, comm.rank
    flat = x.detach().contiguous().view(-1)
    size = (n + world - 1) // world
    bounds = [(min(n, k * size), min(n, (k + 1) * size)) for k in range(world)]
    mine = flat[slice(*bounds[rank])].clone()
    for shift in range(1, world):
        to, source = (rank + shift) % world, (rank - shift) % world
        came = torch.zeros_like(mine)
        comm.exchange(flat[slice(*bounds[to])], to, came, source)
        mine += came
    out = torch.empty_like(flat)
    out[slice(*bounds[rank])] = mine
    for shift in range(1, world):
        to, source = (rank + shift) % world, (rank - shift) % world
        a, b = bounds[source]
        came = flat.new_empty(b - a)
        comm.exchange(mine, to, came, source)
        out[a:b] = came
    return out.view(x.shape)


class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, comm):
        ctx.comm = comm
        return x

    @staticmethod
    def backward(ctx, grad):
        return total(grad, ctx.comm), None


class G(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, comm):
        return total(x, comm)

    @staticmethod
    def backward(ctx, grad):
        return grad, None


def copy_to_ranks(x, comm):
    return F.apply(x, comm)


def reduce_from_ranks(x, comm):
    return G.apply(x, comm)
