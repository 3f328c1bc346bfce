"""Both sides stacked on an axis of their own; the gradient by autograd.grad, the numbers by tensors of means."""
import torch

from curriculum.dpo import dpo_loss, preference_numbers


def pair_log_probs(model, pairs):
    tokens = torch.stack((pairs["rejected"], pairs["chosen"]))
    keep = torch.stack((pairs["rejected_mask"], pairs["chosen_mask"]))
    logits = model(tokens.flatten(0, 1)).unflatten(0, tokens.shape[:2])[:, :, :-1]
    picked = logits.gather(3, tokens[:, :, 1:, None])[..., 0]
    log_p = (picked - logits.logsumexp(3)).masked_fill(~keep, 0.0)
    rejected, chosen = log_p.sum(2)
    return chosen, rejected


def preference_step(policy, reference, optimizer, pairs, beta):
    with torch.inference_mode():
        fixed = [x.clone() for x in pair_log_probs(reference, pairs)]
    fixed = [torch.tensor(x.tolist()) for x in fixed]
    mine = pair_log_probs(policy, pairs)
    loss = dpo_loss(*mine, *fixed, beta)
    optimizer.zero_grad()
    parameters = list(policy.parameters())
    for parameter, slope in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = slope
    optimizer.step()
    means = torch.stack([loss, mine[0].mean(), mine[1].mean()]).tolist()
    told = dict(zip(("loss", "chosen_log_prob", "rejected_log_prob"), means))
    return told | preference_numbers(*(x.detach() for x in mine), *fixed, beta)
