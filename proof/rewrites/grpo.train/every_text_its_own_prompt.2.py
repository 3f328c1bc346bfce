"""short helpers, while loop over the records"""
import copy
import torch
import curriculum.grpo as grpo
import curriculum.sampling as sampling
import curriculum.text_rl as text_rl


def score(policy, tokens):
    return text_rl.sequence_log_probs(policy(tokens), tokens)


def write(model, questions, new_tokens):
    with torch.no_grad():
        return sampling.generate(model, questions, new_tokens)


def share_of_silent(rewards, group):
    table = rewards.unflatten(0, (-1, group))
    return (table.amax(1) == table.amin(1)).double().mean().item()


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    policy = model
    policy.eval()
    frozen = copy.deepcopy(policy).requires_grad_(False)
    history = []
    while len(history) < updates:
        questions = environment.prompts(prompts * group)
        tokens = write(policy, questions, new_tokens)
        rewards = environment.rewards(tokens)
        kept = text_rl.completion_mask(tokens, questions.shape[1], eos)
        with torch.no_grad():
            before = score(policy, tokens)
            anchor = score(frozen, tokens)
        adv = grpo.grpo_advantages(rewards, group).to(before.dtype)
        record = {
            "reward": rewards.mean().item(),
            "silent": share_of_silent(rewards, group),
            "kl": ((before - anchor)[kept].sum() / len(tokens)).item(),
        }
        for k in range(steps):
            optimizer.zero_grad()
            now = score(policy, tokens)
            loss = grpo.grpo_loss(now, before, adv, kept, ref_log_probs=anchor, kl_coef=kl_coef)
            loss.backward()
            optimizer.step()
            record["loss"] = loss.item()
        history.append(record)
    return history
