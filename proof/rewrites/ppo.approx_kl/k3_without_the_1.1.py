"""plain tensors, ratio and its logarithm"""

def approx_kl(log_probs, old_log_probs):
    log_ratio = log_probs - old_log_probs
    ratio = log_ratio.exp()
    return -log_ratio, log_ratio.square() / 2, ratio - log_ratio
