"""everything by hand, multinomial, sliced logits"""
import torch


def leave_one_out(rewards):
    rows = []
    for i in range(rewards.shape[0]):
        rest = torch.cat([rewards[:i], rewards[i + 1:]])
        rows.append(rewards[i] - rest.mean(dim=0))
    return torch.stack(rows)


def draw(model, start, steps):
    tokens = start
    with torch.no_grad():
        for _ in range(steps):
            chances = torch.softmax(model(tokens)[:, -1].double(), dim=-1)
            tokens = torch.cat((tokens, torch.multinomial(chances, num_samples=1)), dim=1)
    return tokens


def until_end(completion, eos):
    ends = (completion == eos).long()
    return (ends.cumsum(dim=1) - ends) == 0


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    model.eval()
    history = []
    for update in range(updates):
        start = environment.prompts(batch)
        tokens = draw(model, start, new_tokens)
        rewards = environment.rewards(tokens)
        advantage = leave_one_out(rewards)

        completion = tokens[:, start.size(1):]
        kept = until_end(completion, eos)
        logp = model(tokens)[:, start.size(1) - 1:-1].log_softmax(dim=-1)
        chosen = logp.gather(2, completion.unsqueeze(2)).squeeze(2)
        spread = -(logp.exp() * logp).sum(dim=2)

        score = (chosen * kept).sum(dim=1)
        entropy = spread[kept].mean()
        loss = -(advantage * score).mean() - entropy_coef * entropy
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        record = dict(reward=rewards.mean(), loss=loss.detach(), entropy=entropy.detach())
        record["length"] = kept.sum() / batch
        history.append(record)
    return history
