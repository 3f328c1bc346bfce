"""one function from top to bottom"""
import copy
import torch
import curriculum.grpo as grpo
import curriculum.sampling as sampling
import curriculum.text_rl as text_rl


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    model.eval()
    origin = copy.deepcopy(model)
    log = []
    for _ in range(updates):
        asked = environment.prompts(prompts)
        width = asked.shape[1]
        with torch.no_grad():
            tokens = sampling.generate(model, asked.repeat_interleave(group, dim=0), new_tokens)
            mask = text_rl.completion_mask(tokens, width, eos)
            before = text_rl.sequence_log_probs(model(tokens), tokens)
            anchor = text_rl.sequence_log_probs(origin(tokens), tokens)
        rewards = environment.rewards(tokens)
        advantages = grpo.grpo_advantages(rewards, group).to(before.dtype)
        table = rewards.reshape(prompts, group)
        silent = (table == table[:, :1]).all(dim=1).float().mean()
        drift = (before - anchor).masked_fill(~mask, 0.0).sum(dim=1).mean()

        log_probs = text_rl.sequence_log_probs(model(tokens), tokens)
        loss = grpo.grpo_loss(log_probs, before, advantages, mask, ref_log_probs=anchor, kl_coef=kl_coef)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log.append({"reward": rewards.mean().item(), "silent": silent.item(), "kl": drift.item(), "loss": loss.item()})
    return log
