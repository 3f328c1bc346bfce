"""short helpers, one generate call per prompt"""
import copy
import torch
import curriculum.grpo as grpo
import curriculum.sampling as sampling
import curriculum.text_rl as text_rl


def score(policy, tokens):
    return text_rl.sequence_log_probs(policy(tokens), tokens)


def write(model, questions, group, new_tokens):
    """`group` texts for each question, side by side."""
    with torch.no_grad():
        texts = [sampling.generate(model, q.repeat(group, 1), new_tokens) for q in questions]
    return torch.cat(texts)


def share_of_silent(rewards, group):
    table = rewards.unflatten(0, (-1, group))
    return (table.amax(1) == table.amin(1)).double().mean().item()


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    policy = model
    policy.eval()
    first = copy.deepcopy(policy).requires_grad_(False)
    records = []
    while len(records) < updates:
        questions = environment.prompts(prompts)
        tokens = write(policy, questions, group, new_tokens)
        rewards = environment.rewards(tokens)
        mask = text_rl.completion_mask(tokens, questions.shape[1], eos)
        with torch.no_grad():
            before = score(policy, tokens)
            anchor = score(first, tokens)
        adv = grpo.grpo_advantages(rewards, group).to(before.dtype)
        record = {
            "reward": rewards.mean().item(),
            "silent": share_of_silent(rewards, group),
            "kl": ((before - anchor)[mask].sum() / len(tokens)).item(),
        }
        for k in range(steps):
            optimizer.zero_grad()
            now = score(policy, tokens)
            loss = grpo.grpo_loss(now, before, adv, mask)
            loss.backward()
            optimizer.step()
            record["loss"] = loss.item()
        records.append(record)
    return records
