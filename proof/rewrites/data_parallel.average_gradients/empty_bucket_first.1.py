"""a list of lists from the start; the two halves of the ring"""
from curriculum import collectives


def buckets(parameters, bucket_bytes):
    result, used = [[]], 0
    for p in reversed(list(parameters)):
        size = p.numel() * p.element_size()
        if used + size > bucket_bytes:
            result.append([])
            used = 0
        result[-1].append(p)
        used += size
    return result


def summed(flat, comm):
    n = flat.numel()
    padded = flat.new_zeros(-(-n // comm.world_size) * comm.world_size)
    padded[:n] = flat
    return collectives.all_gather(collectives.reduce_scatter(padded, comm), comm)[:n]


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    total = summed(parameters[0].new_tensor([tokens]), comm).item()
    for bucket in buckets(parameters, bucket_bytes):
        flat = parameters[0].new_zeros(sum(p.numel() for p in bucket))
        end = 0
        for p in bucket:
            begin, end = end, end + p.numel()
            if tokens > 0 and p.grad is not None:
                flat[begin:end] = p.grad.reshape(-1) * tokens
        mean = summed(flat, comm) / total
        end = 0
        for p in bucket:
            begin, end = end, end + p.numel()
            p.grad = mean[begin:end].reshape(p.shape).clone()
