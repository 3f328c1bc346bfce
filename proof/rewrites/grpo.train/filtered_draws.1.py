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
        texts = [sampling.generate(model, q.repeat(group, 1), new_tokens, top_p=0.9) for q in questions]
    return torch.cat(texts)


def share_of_silent(rewards, group):
    table = rewards.unflatten(0, (-1, group))
    return (table.amax(1) == table.amin(1)).double().mean().item()


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    policy = model
    policy.eval()
    start = copy.deepcopy(policy).requires_grad_(False)
    log = []
    while len(log) < updates:
        questions = environment.prompts(prompts)
        tokens = write(policy, questions, group, new_tokens)
        rewards = environment.rewards(tokens)
        mask = text_rl.completion_mask(tokens, questions.shape[1], eos)
        with torch.no_grad():
            old = score(policy, tokens)
            ref = score(start, tokens)
        advantages = grpo.grpo_advantages(rewards, group).to(old.dtype)
        entry = {
            "reward": rewards.mean().item(),
            "silent": share_of_silent(rewards, group),
            "kl": ((old - ref)[mask].sum() / len(tokens)).item(),
        }
        for k in range(steps):
            optimizer.zero_grad()
            now = score(policy, tokens)
            loss = grpo.grpo_loss(now, old, advantages, mask, ref_log_probs=ref, kl_coef=kl_coef)
            loss.backward()
            optimizer.step()
            entry["loss"] = loss.item()
        log.append(entry)
    return log
