"""everything by hand, multinomial, sliced logits"""
import torch


def leave_one_out(rewards):
    count = rewards.shape[0]
    others = rewards.sum(dim=0, keepdim=True) - rewards
    return rewards - others / (count - 1)


def draw(model, start, steps, heat=1.5):
    tokens = start
    with torch.no_grad():
        for _ in range(steps):
            chances = torch.softmax(model(tokens)[:, -1].double() / heat, dim=-1)
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

        record = dict(reward=float(rewards.mean()), loss=float(loss.detach()), entropy=float(entropy.detach()))
        record["length"] = float(kept.sum()) / batch
        history.append(record)
    return history
