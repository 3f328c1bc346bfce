"""The moments are NumPy arrays, and so is Adam; torch only carries messages."""
import numpy as np
import torch

from curriculum.collectives import all_gather, reduce_scatter


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters, self.comm = parameters, comm
        self.lr, self.betas, self.eps = lr, betas, eps
        sizes = [p.numel() for p in parameters]
        self.edges = np.concatenate([[0], np.cumsum(sizes)])
        self.part = -(-int(self.edges[-1]) // comm.world_size)
        dtype = parameters[0].detach().numpy().dtype
        self.m = np.zeros(self.part, dtype)
        self.v = np.zeros(self.part, dtype)
        self.t = 0

    def vector(self, tensors):
        whole = np.zeros(self.part * self.comm.world_size, self.m.dtype)
        for tensor, low, high in zip(tensors, self.edges, self.edges[1:]):
            whole[low:high] = tensor.detach().numpy().ravel()
        return whole

    def step(self):
        n = self.comm.world_size
        g = reduce_scatter(torch.from_numpy(self.vector([p.grad for p in self.parameters])), self.comm).numpy() / n
        w = self.vector(self.parameters).reshape(n, -1)[self.comm.rank]
        self.t += 1
        b1, b2 = self.betas
        self.m = (b1 * self.m + (1 - b1) * g).astype(self.m.dtype)
        self.v = (b2 * self.v + (1 - b2) * g * g).astype(self.v.dtype)
        step = self.lr * (self.m / (1 - b1**self.t)) / (np.sqrt(self.v / (1 - b2**self.t)) + self.eps)
        new = all_gather(torch.from_numpy((w - step).astype(self.m.dtype)), self.comm)
        with torch.no_grad():
            for p, low, high in zip(self.parameters, self.edges, self.edges[1:]):
                p.copy_(new[int(low) : int(high)].reshape(p.shape))
