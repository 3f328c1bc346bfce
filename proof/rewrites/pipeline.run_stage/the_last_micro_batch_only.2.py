"""torch.autograd.grad, messages listed before"""
import torch


def run_stage(module, passes, comm, inputs, loss_of, template):
    before = comm.rank - 1 if comm.rank > 0 else None
    after = comm.rank + 1 if comm.rank + 1 < comm.world_size else None
    comes_from = [before if kind == "F" else after for kind, _ in passes] + [None]
    goes_to = [after if kind == "F" else before for kind, _ in passes]
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    count = len({i for _, i in passes})
    memory = {}
    mean = 0.0

    arrived = None
    if before is not None:
        arrived = torch.empty_like(template)
        comm.recv(arrived, before)

    for step, (kind, i) in enumerate(passes):
        if kind == "F":
            x = (inputs[i] if before is None else arrived).detach().requires_grad_()
            y = module(x)
            result = y.detach()
            if after is None:
                y = loss_of(y, i) / count
                mean += y.item()
            memory[i] = x, y
        else:
            x, y = memory.pop(i)
            result, *gradients = torch.autograd.grad(y, [x, *parameters], arrived, allow_unused=True)
            for parameter, gradient in zip(parameters, gradients):
                if gradient is not None:
                    parameter.grad = gradient

        to, source = goes_to[step], comes_from[step + 1]
        arrived = None
        if source is not None:
            following, j = passes[step + 1]
            arrived = torch.empty_like(template if following == "F" else memory[j][1])
        if to is not None and to == source:
            comm.exchange(result, to, arrived, source)
            continue
        if to is not None:
            comm.send(result, to)
        if source is not None:
            comm.recv(arrived, source)

    return mean if after is None else None
