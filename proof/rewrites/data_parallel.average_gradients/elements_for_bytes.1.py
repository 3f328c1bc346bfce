"""sums over the bucket; the two halves of the ring"""
import curriculum.collectives as collectives


def size_of(tensors):
    return sum(t.numel() for t in tensors)


def buckets(parameters, bucket_bytes):
    found = []
    for p in list(parameters)[::-1]:
        if found and size_of(found[-1]) + size_of([p]) <= bucket_bytes:
            found[-1].append(p)
        else:
            found.append([p])
    return found


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
