"""A Function that keeps its part of the softmax and subtracts 1 at the targets that it has; three collectives."""
import torch

from curriculum.collectives import all_gather, ring_all_reduce


class Loss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, targets, start, comm):
        flat = logits.reshape(-1, logits.shape[-1])
        goal = targets.reshape(-1) - start
        top = all_gather(flat.max(dim=1).values.unsqueeze(0), comm).max(dim=0).values
        weights = torch.exp(flat - top[:, None])
        total = ring_all_reduce(weights.sum(dim=1), comm)
        found = torch.nonzero((goal >= 0) & (goal < flat.shape[1])).squeeze(1)
        picked = torch.zeros_like(top)
        picked[found] = flat[found, goal[found]] - top[found]
        picked = ring_all_reduce(picked, comm)
        weights /= total[:, None]
        ctx.save_for_backward(weights, found, goal[found])
        ctx.shape = logits.shape
        return (torch.log(total) - picked).reshape(targets.shape)

    @staticmethod
    def backward(ctx, g):
        softmax, rows, columns = ctx.saved_tensors
        grad = softmax.clone()
        grad[rows, columns] -= 1
        return (grad * g.reshape(-1, 1)).reshape(ctx.shape), None, None, None


def parallel_cross_entropy(logits, targets, start, comm):
    return Loss.apply(logits, targets, start, comm)
