"""the course's functions in one plain loop"""
import torch

import curriculum.sampling as sampling
import curriculum.text_rl as text_rl


def leave_one_out(rewards):
    count = rewards.shape[0]
    others = rewards.sum(dim=0, keepdim=True) - rewards
    return rewards - others / (count - 1)


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    model.eval()
    experience = []
    for _ in range(updates):
        prompts = environment.prompts(batch)
        with torch.no_grad():
            texts = sampling.generate(model, prompts, new_tokens)
        experience.append((prompts, texts, environment.rewards(texts)))

    log = []
    for prompts, texts, rewards in experience:
        weights = leave_one_out(rewards)

        logits = model(texts)
        mask = text_rl.completion_mask(texts, prompts.shape[1], eos)
        log_probs = text_rl.sequence_log_probs(logits, texts)
        policy_loss = text_rl.reinforce_loss(log_probs, weights, mask)
        entropy = text_rl.entropy_bonus(logits, mask)
        loss = policy_loss - entropy_coef * entropy

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        log.append({
            "reward": rewards.mean().item(),
            "loss": loss.item(),
            "entropy": entropy.item(),
            "length": mask.sum(dim=1).float().mean().item(),
        })
    return log
