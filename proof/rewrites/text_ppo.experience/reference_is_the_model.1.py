"""given functions, under no_grad"""
import copy
import torch
from curriculum.text_advantages import token_advantages, token_rewards, whiten
from curriculum.text_rl import sequence_log_probs


def frozen_copy(model):
    frozen = copy.deepcopy(model)
    frozen.load_state_dict(model.state_dict(), assign=True)
    frozen.eval()
    frozen.requires_grad_(False)
    return frozen


@torch.no_grad()
def experience(model, reference, tokens, mask, scores, kl_coef, gamma=1.0, lam=0.95):
    logits, values = model(tokens)
    ref_logits, _ = reference(tokens)
    values = values[:, :-1]
    log_probs = sequence_log_probs(logits, tokens)
    ref_log_probs = sequence_log_probs(ref_logits, tokens)
    rewards = token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef)
    advantages = token_advantages(rewards, values, mask, gamma, lam)
    kl = torch.where(mask, log_probs - ref_log_probs, 0.0).sum(dim=1)
    return {
        "tokens": tokens,
        "mask": mask,
        "log_probs": log_probs,
        "advantages": whiten(advantages, mask),
        "returns": advantages + values,
        "kl": kl,
    }
