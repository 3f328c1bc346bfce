"""a wrapping module, cross_entropy, one dict filled step by step"""
import torch
import torch.nn.functional as F
from curriculum.text_advantages import token_advantages, token_rewards, whiten


class Frozen(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.hidden = (model,)

    def forward(self, tokens):
        model = self.hidden[0]
        modes = [(part, part.training) for part in model.modules()]
        model.eval()
        with torch.no_grad():
            answer = model(tokens)
        for part, mode in modes:
            part.training = mode
        return answer


def frozen_copy(model):
    return Frozen(model).eval()


def _log_probs(logits, tokens):
    targets = tokens[:, 1:]
    return -F.cross_entropy(logits[:, :-1].transpose(1, 2), targets, reduction="none")


def experience(model, reference, tokens, mask, scores, kl_coef, gamma=1.0, lam=0.95):
    batch = {"tokens": tokens, "mask": mask}
    logits, state_values = (x.detach() for x in model(tokens))
    start_logits = reference(tokens)[0].detach()
    now = _log_probs(logits, tokens)
    start = _log_probs(start_logits, tokens)
    baseline = state_values[:, :-1]
    batch["log_probs"] = now
    distance = (now.masked_fill(~mask, 0) - start.masked_fill(~mask, 0)).sum(1)
    batch["kl"] = distance
    r = token_rewards(scores, now, start, mask, kl_coef)
    gae = token_advantages(r, baseline, mask, gamma, lam)
    batch["returns"] = gae + baseline
    batch["advantages"] = whiten(gae, mask)
    return batch
