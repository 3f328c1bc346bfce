"""log_softmax and gather, loop over time"""
import torch
from torch.nn import functional as F


def text_log_prob(model, tokens):
    log_p = F.log_softmax(model(tokens), dim=-1)
    total = torch.zeros(tokens.shape[0])
    for t in range(tokens.shape[1] - 1):
        total = total + log_p[:, t].gather(1, tokens[:, t + 1].unsqueeze(1)).squeeze(1)
    return total


def pair_log_probs(model, pairs):
    return text_log_prob(model, pairs["chosen"]), text_log_prob(model, pairs["rejected"])


def preference_step(policy, reference, optimizer, pairs, beta):
    pi_w, pi_l = pair_log_probs(policy, pairs)
    with torch.no_grad():
        ref_w, ref_l = pair_log_probs(reference, pairs)
    r_w = beta * (pi_w - ref_w)
    r_l = beta * (pi_l - ref_l)
    loss = -F.logsigmoid(r_w - r_l).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    wins = (r_w > r_l).float() + 0.5 * (r_w == r_l).float()
    report = dict(
        loss=loss,
        chosen_log_prob=pi_w.mean(),
        rejected_log_prob=pi_l.mean(),
        chosen_reward=r_w.mean(),
        rejected_reward=r_l.mean(),
        margin=(r_w - r_l).mean(),
        accuracy=wins.mean(),
    )
    return {k: v.item() for k, v in report.items()}
