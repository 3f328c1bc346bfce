"""text by text, lists and slices"""
import torch

from curriculum import sampling


def leave_one_out(rewards):
    rows = []
    for i in range(rewards.shape[0]):
        rest = torch.cat([rewards[:i], rewards[i + 1:]])
        rows.append(rewards[i] - rest.mean(dim=0))
    return torch.stack(rows)


def written_length(completion, eos):
    tokens = completion.tolist()
    return tokens.index(eos) + 1 if eos in tokens else len(tokens)


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    model.eval()
    told = []
    for number in range(updates):
        asked = environment.prompts(batch)
        room = asked.shape[1]
        written = sampling.generate(model, asked, new_tokens, top_p=0.9)
        earned = environment.rewards(written)
        weight = leave_one_out(earned)

        all_logits = model(written)
        terms, entropies, lengths = [], [], []
        for i in range(batch):
            length = written_length(written[i, room:], eos)
            logs = torch.log_softmax(all_logits[i, room - 1:room - 1 + length], dim=-1)
            tokens = written[i, room:room + length]
            picked = logs[torch.arange(length), tokens]
            terms.append(-weight[i] * picked.sum())
            entropies.append(-(logs.exp() * logs).sum(-1))
            lengths.append(length)
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
