"""a collecting helper, then the updates"""
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


def collect(model, environment, prompts, group, new_tokens):
    questions = environment.prompts(prompts)
    tokens = write(model, questions, group, new_tokens)
    return tokens, environment.rewards(tokens), questions.shape[1]


def share_of_silent(rewards, group):
    table = rewards.unflatten(0, (-1, group))
    return (table.amax(1) == table.amin(1)).double().mean().item()


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    policy = model
    policy.eval()
    first = copy.deepcopy(policy).requires_grad_(False)
    batches = [collect(policy, environment, prompts, group, new_tokens) for _ in range(updates)]
    log = []
    while len(log) < updates:
        tokens, rewards, width = batches[len(log)]
        kept = text_rl.completion_mask(tokens, width, eos)
        with torch.no_grad():
            old = score(policy, tokens)
            ref = score(first, tokens)
        adv = grpo.grpo_advantages(rewards, group).to(old.dtype)
        record = {
            "reward": rewards.mean().item(),
            "silent": share_of_silent(rewards, group),
            "kl": ((old - ref)[kept].sum() / len(tokens)).item(),
        }
        for k in range(steps):
            optimizer.zero_grad()
            log_probs = score(policy, tokens)
            loss = grpo.grpo_loss(log_probs, old, adv, kept, ref_log_probs=ref, kl_coef=kl_coef)
            loss.backward()
            optimizer.step()
            record["loss"] = loss.item()
        log.append(record)
    return log
