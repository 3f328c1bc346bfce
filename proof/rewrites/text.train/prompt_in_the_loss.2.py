"""text by text, lists and slices"""
import torch

from curriculum import sampling


def leave_one_out(rewards):
    n = len(rewards)
    return (rewards - rewards.mean(dim=0)) * (n / (n - 1))


def written_length(completion, eos):
    tokens = completion.tolist()
    return tokens.index(eos) + 1 if eos in tokens else len(tokens)


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    model.eval()
    told = []
    for number in range(updates):
        asked = environment.prompts(batch)
        room = asked.shape[1]
        written = sampling.generate(model, asked, new_tokens)
        earned = environment.rewards(written)
        weight = leave_one_out(earned)

        all_logits = model(written)
        terms, entropies, lengths = [], [], []
        for i in range(batch):
            length = written_length(written[i, room:], eos)
            text = written[i, :room + length]
            logs = torch.log_softmax(all_logits[i, :len(text) - 1], dim=-1)
            picked = logs.gather(1, text[1:, None])[:, 0]
            terms.append(-weight[i] * picked.sum())
            entropies.append(-(logs.exp() * logs).sum(-1))
            lengths.append(len(picked))
        entropy = torch.cat(entropies).mean()
        objective = torch.stack(terms).mean()
        loss = objective - entropy_coef * entropy

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        told.append({
            "reward": float(sum(earned.tolist()) / batch),
            "loss": loss.item(),
            "entropy": entropy.item(),
            "length": sum(lengths) / batch,
        })
    return told
