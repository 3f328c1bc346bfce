"""closures, narrow"""
import torch

from curriculum.collectives import all_gather, reduce_scatter


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        beta1, beta2 = betas
        ranks = comm.world_size
        lengths = [p.numel() for p in parameters]
        total = sum(lengths)
        share = (total + ranks - 1) // ranks
        low = share * comm.rank
        mean = torch.zeros(share * ranks, dtype=parameters[0].dtype)[low : low + share]
        spread = torch.zeros(share * ranks, dtype=parameters[0].dtype)[low : low + share]
        taken = 0

        def one_vector(pick):
            vector = torch.zeros(share * ranks, dtype=parameters[0].dtype)
            vector[:total] = torch.cat([pick(p).flatten() for p in parameters])
            return vector

        def step():
            nonlocal taken
            taken += 1
            with torch.no_grad():
                gradient = reduce_scatter(one_vector(lambda p: p.grad), comm).mul(1 / ranks)
                values = one_vector(lambda p: p.data).narrow(0, low, share)
                mean.copy_(beta1 * mean + (1 - beta1) * gradient)
                spread.copy_(beta2 * spread + (1 - beta2) * gradient**2)
                move = (mean / (1 - beta1**taken)) / ((spread / (1 - beta2**taken)).sqrt() + eps)
                updated = all_gather(values - lr * move, comm)
                for p, new in zip(parameters, updated[:total].split(lengths)):
                    p.copy_(new.reshape(p.shape))

        self.step = step
