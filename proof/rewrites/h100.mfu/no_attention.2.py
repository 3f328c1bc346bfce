"""forward and backward as rates"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    tokens_per_gpu_second = tokens / gpus / seconds
    forward_rate = 2 * parameters * tokens_per_gpu_second
    backward_rate = 4 * parameters * tokens_per_gpu_second
    result = [forward_rate + backward_rate] * 2
    if recompute:
        result[1] += forward_rate
    return [rate / peak for rate in result]
