"""closures, tensor_split"""
import torch

from curriculum.collectives import all_gather, reduce_scatter


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        beta1, beta2 = betas
        ranks = comm.world_size
        lengths = [p.numel() for p in parameters]
        share = len(torch.arange(sum(lengths)).tensor_split(ranks)[comm.rank])
        mean = torch.zeros(share, dtype=parameters[0].dtype)
        spread = torch.zeros(share, dtype=parameters[0].dtype)
        taken = 0

        def one_vector(pick):
            return torch.cat([pick(p).flatten() for p in parameters])

        def step():
            nonlocal taken
            taken += 1
            with torch.no_grad():
                gradient = reduce_scatter(one_vector(lambda p: p.grad), comm).mul(1 / ranks)
                values = one_vector(lambda p: p.data).tensor_split(ranks)[comm.rank]
                mean.copy_(beta1 * mean + (1 - beta1) * gradient)
                spread.copy_(beta2 * spread + (1 - beta2) * gradient**2)
                move = (mean / (1 - beta1**taken)) / ((spread / (1 - beta2**taken)).sqrt() + eps)
                updated = all_gather(values - lr * move, comm)
                for p, new in zip(parameters, updated.split(lengths)):
                    p.copy_(new.reshape(p.shape))

        self.step = step
