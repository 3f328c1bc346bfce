"""tokens of one GPU, then one GPU's peak"""


def mfu(parameters, layers, width, time, tokens, seconds, gpus, peak, recompute=False):
    own_tokens = tokens / gpus
    forward = own_tokens * (2 * parameters + 4 * layers * width * time)
    counts = [forward * 3]
    counts.append(forward * 4 if recompute else forward * 3)
    return [count / peak for count in counts]
