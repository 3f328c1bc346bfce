"""Everything by hand: sampling without a cache, advantages, surrogate and penalty written out, a state dict as start."""
import copy

import torch


def written(model, tokens, count):
    with torch.no_grad():
        for _ in range(count):
            probs = torch.softmax(model(tokens)[:, -1, :], dim=-1)
            tokens = torch.cat((tokens, torch.multinomial(probs, num_samples=1)), dim=1)
    return tokens


def scores(model, tokens, first):
    log_p = torch.log_softmax(model(tokens)[:, first - 1 : -1].double(), dim=-1)
    return log_p.gather(2, tokens[:, first:, None]).squeeze(2)


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    start = copy.deepcopy(model)
    start.load_state_dict(weights)
    start.train(False)
    model.train(False)
    history = []
    for _ in range(updates):
        asked = environment.prompts(prompts)
        first = asked.size(1)
        tokens = written(model, torch.stack([asked] * group, dim=1).flatten(0, 1), new_tokens)
        paid = environment.rewards(tokens)
        table = paid.double().view(prompts, group)
        silent = table.max(1).values == table.min(1).values
        a = (table - table.mean(1, keepdim=True)) / (table.std(1, keepdim=True) + 1e-4)
        a = torch.where(silent[:, None], torch.zeros_like(a), a).view(-1, 1)
        answers = tokens[:, first:]
        kept = torch.ones_like(answers, dtype=torch.float64)
        for place in range(1, new_tokens):
            kept[:, place] = kept[:, place - 1] * (answers[:, place - 1] != eos)
        share = kept / kept.sum(1, keepdim=True) / len(tokens)
        with torch.no_grad():
            old, ref = scores(model, tokens, first), scores(start, tokens, first)
        for _ in range(steps):
            new = scores(model, tokens, first)
            ratio = (new - old).exp()
            gain = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a)
            objective = ((gain - kl_coef * ((ref - new).exp() - 1 - (ref - new))) * share).sum()
            optimizer.zero_grad()
            (-objective).backward()
            optimizer.step()
        history.append(
            {
                "loss": float(-objective),
                "kl": float(((old - ref) * kept).sum() / len(tokens)),
                "silent": float(silent.double().mean()),
                "reward": float(paid.mean()),
            }
        )
    return history
