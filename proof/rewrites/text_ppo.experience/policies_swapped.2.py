"""cross_entropy, detached results, one dict filled step by step"""
from copy import deepcopy
import torch
import torch.nn.functional as F
from curriculum.text_advantages import token_advantages, token_rewards, whiten


def frozen_copy(model):
    twin = deepcopy(model).requires_grad_(False)
    return twin.eval()


def _log_probs(logits, tokens):
    targets = tokens[:, 1:]
    return -F.cross_entropy(logits[:, :-1].transpose(1, 2), targets, reduction="none")


def experience(model, reference, tokens, mask, scores, kl_coef, gamma=1.0, lam=0.95):
    batch = {"tokens": tokens, "mask": mask}
    logits, state_values = (x.detach() for x in model(tokens))
    start_logits = reference(tokens)[0].detach()
    now = _log_probs(start_logits, tokens)
    start = _log_probs(logits, tokens)
    baseline = state_values[:, :-1]
    batch["log_probs"] = now
    distance = (now.masked_fill(~mask, 0) - start.masked_fill(~mask, 0)).sum(1)
    batch["kl"] = distance
    r = token_rewards(scores, now, start, mask, kl_coef)
    gae = token_advantages(r, baseline, mask, gamma, lam)
    batch["returns"] = gae + baseline
    batch["advantages"] = whiten(gae, mask)
    return batch
