"""torch's own Adam on one extra parameter, which holds this rank's part."""
import torch

from curriculum.collectives import all_gather, reduce_scatter


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters = parameters
        self.comm = comm
        total = sum(p.numel() for p in parameters)
        self.size = (total + comm.world_size - 1) // comm.world_size
        self.total = total
        self.empty = parameters[0].detach().new_empty(0)
        self.proxy = torch.nn.Parameter(self.empty.new_zeros(self.size))
        self.adam = torch.optim.Adam([self.proxy], lr=lr, betas=betas, eps=eps)
        self.proxy.data = self.empty

    def pack(self, tensors):
        flat = self.empty.new_zeros(self.size * self.comm.world_size)
        position = 0
        for tensor in tensors:
            flat[position : position + tensor.numel()] = tensor.reshape(-1)
            position += tensor.numel()
        return flat

    def step(self):
        with torch.no_grad():
            start = self.comm.rank * self.size
            self.proxy.data = self.pack(self.parameters)[start : start + self.size].clone()
            self.proxy.grad = reduce_scatter(self.pack([p.grad for p in self.parameters]), self.comm)
            self.proxy.grad /= self.comm.world_size
            self.adam.step()
            whole = all_gather(self.proxy.data, self.comm)
            self.proxy.data, self.proxy.grad = self.empty, None
            position = 0
            for p in self.parameters:
                p.data.copy_(whole[position : position + p.numel()].reshape(p.shape))
                position += p.numel()
