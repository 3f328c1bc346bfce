"""Everything by hand: sampling without a cache, log-softmax, mask and entropy written out, weights set through .grad."""
import torch


def leave_one_out(rewards):
    n = rewards.shape[0]
    return (rewards - rewards.mean(dim=0, keepdim=True)) * (n / (n - 1))


def written(model, tokens, count):
    with torch.no_grad():
        for _ in range(count):
            probs = torch.softmax(model(tokens)[:, -1, :], dim=-1)
            tokens = torch.cat((tokens, torch.multinomial(probs, num_samples=1)), dim=1)
    return tokens


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    history = []
    model.train(False)
    for _ in range(updates):
        asked = environment.prompts(batch)
        start = asked.size(1)
        texts = written(model, asked, new_tokens)
        paid = environment.rewards(texts)
        advantage = leave_one_out(paid.double())
        log_p = torch.log_softmax(model(texts)[:, start - 1 : -1].double(), dim=-1)
        answers = texts[:, start:]
        counts = torch.ones_like(answers, dtype=torch.float64)
        for place in range(1, new_tokens):
            counts[:, place] = counts[:, place - 1] * (answers[:, place - 1] != eos)
        chosen = log_p.gather(2, answers.unsqueeze(2)).squeeze(2)
        entropy = (-(log_p.exp() * log_p).sum(2) * counts).sum() / counts.sum()
        objective = (advantage.unsqueeze(1) * chosen * counts).sum(1).mean() + entropy_coef * entropy
        optimizer.zero_grad()
        (-objective).backward()
        optimizer.step()
        history.append(
            {
                "reward": float(paid.mean()),
                "loss": float(-objective),
                "entropy": float(entropy),
                "length": float(counts.sum() / batch),
            }
        )
    return history
