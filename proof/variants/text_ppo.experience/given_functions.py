"""The given functions, with a gradient that is detached at the end, and a copy whose parameters are detached."""
import copy

import torch

from curriculum.text_advantages import token_advantages, token_rewards, whiten


def frozen_copy(model):
    copied = copy.deepcopy(model).eval()
    for parameter in copied.parameters():
        parameter.detach_()
    return copied


def experience(model, reference, tokens, mask, scores, kl_coef, gamma=1.0, lam=0.95):
    def log_p(logits):
        normal = logits.log_softmax(-1)
        return torch.take_along_dim(normal[:, :-1], tokens[:, 1:].unsqueeze(-1), -1)[..., 0].detach()

    logits, values = model(tokens)
    mine, theirs = log_p(logits), log_p(reference(tokens)[0])
    v = values.detach()[:, : mask.shape[1]]
    advantages = token_advantages(token_rewards(scores, mine, theirs, mask, kl_coef), v, mask, gamma, lam)
    difference = torch.zeros_like(mine)
    difference[mask] = mine[mask] - theirs[mask]
    batch = {"tokens": tokens.clone(), "mask": mask.clone(), "log_probs": mine, "kl": difference.sum(-1)}
    batch["returns"] = (advantages + v) * mask
    batch["advantages"] = whiten(advantages, mask)
    return batch
