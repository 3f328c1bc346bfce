"""torch's names, addcdiv"""
import torch

from curriculum.collectives import all_gather, reduce_scatter


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.group = {"params": parameters, "lr": lr, "betas": betas, "eps": eps}
        self.comm = comm
        self.sizes = [p.numel() for p in parameters]
        self.padding = -sum(self.sizes) % comm.world_size
        length = (sum(self.sizes) + self.padding) // comm.world_size
        like = parameters[0].detach()
        self.state = {"exp_avg": like.new_zeros(length), "exp_avg_sq": like.new_zeros(length)}

    @torch.no_grad()
    def step(self):
        params, lr, eps = self.group["params"], self.group["lr"], self.group["eps"]
        beta1, beta2 = self.group["betas"]
        rank, world = self.comm.rank, self.comm.world_size
        state = self.state
        exp_avg, exp_avg_sq = state["exp_avg"], state["exp_avg_sq"]

        filler = params[0].new_zeros(self.padding)
        grads = torch.cat([*(p.grad.reshape(-1) for p in params), filler])
        values = torch.cat([*(p.reshape(-1) for p in params), filler])
        grad = reduce_scatter(grads, self.comm).div(world)
        value = values.chunk(world)[rank].clone()

        exp_avg.mul_(beta1).add_(grad, alpha=1 - beta1)
        exp_avg_sq.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        value.addcdiv_(exp_avg, exp_avg_sq.sqrt().add_(eps), value=-lr)

        flat = all_gather(value, self.comm)
        for p, new in zip(params, flat.split([*self.sizes, self.padding])):
            p.copy_(new.view_as(p))
