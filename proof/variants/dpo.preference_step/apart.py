"""Two calls of each model, kept tokens picked by indexing, and the loss by hand."""
import torch

from curriculum.dpo import preference_numbers


def completion(model, tokens, mask):
    logits = model(tokens)[:, :-1]
    columns = []
    for row in range(len(tokens)):
        at = mask[row].nonzero()[:, 0]
        chosen = logits[row, at].log_softmax(-1)
        columns.append(chosen[torch.arange(len(at)), tokens[row, at + 1]].sum())
    return torch.stack(columns)


def pair_log_probs(model, pairs):
    return tuple(completion(model, pairs[side], pairs[side + "_mask"]) for side in ("chosen", "rejected"))


def preference_step(policy, reference, optimizer, pairs, beta):
    ref = [value.detach() for value in torch.no_grad()(pair_log_probs)(reference, pairs)]
    mine = pair_log_probs(policy, pairs)
    margin = beta * ((mine[0] - ref[0]) - (mine[1] - ref[1]))
    loss = torch.nn.functional.softplus(-margin).mean()
    optimizer.zero_grad()
    loss.backward()
    told = preference_numbers(mine[0].detach(), mine[1].detach(), ref[0], ref[1], beta)
    told.update(loss=float(loss), chosen_log_prob=float(mine[0].mean()), rejected_log_prob=float(mine[1].mean()))
    optimizer.step()
    return told
