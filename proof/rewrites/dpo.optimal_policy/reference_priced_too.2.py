"""inverse temperature, log_softmax"""
import torch
from torch import nn


def optimal_policy(ref_log_probs, rewards, beta):
    inverse = 1.0 / beta
    tempered_reference = ref_log_probs * inverse
    logits = tempered_reference + rewards * inverse
    log_policy = nn.LogSoftmax(dim=1)(logits)
    maxima = logits.logsumexp(1) * beta
    return (log_policy, maxima)
