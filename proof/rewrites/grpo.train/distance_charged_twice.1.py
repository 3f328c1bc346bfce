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
            old = text_rl.sequence_log_probs(model(tokens), tokens)
            anchor = text_rl.sequence_log_probs(origin(tokens), tokens)
        rewards = environment.rewards(tokens)
        paid = rewards - kl_coef * (old - anchor).masked_fill(~mask, 0.0).sum(dim=1).to(rewards.dtype)
        advantages = grpo.grpo_advantages(paid, group).to(old.dtype)
        table = rewards.reshape(prompts, group)
        silent = (table == table[:, :1]).all(dim=1).float().mean()
        distance = (old - anchor).masked_fill(~mask, 0.0).sum(dim=1).mean()

        for _ in range(steps):
            log_probs = text_rl.sequence_log_probs(model(tokens), tokens)
            loss = grpo.grpo_loss(log_probs, old, advantages, mask, ref_log_probs=anchor, kl_coef=kl_coef)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        log.append({"reward": rewards.mean().item(), "silent": silent.item(), "kl": distance.item(), "loss": loss.item()})
    return log
