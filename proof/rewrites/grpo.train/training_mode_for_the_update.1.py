"""one function from top to bottom"""
import copy
import torch
import curriculum.grpo as grpo
import curriculum.sampling as sampling
import curriculum.text_rl as text_rl


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    model.eval()
    start = copy.deepcopy(model)
    records = []
    for _ in range(updates):
        asked = environment.prompts(prompts)
        width = asked.shape[1]
        with torch.no_grad():
            texts = sampling.generate(model, asked.repeat_interleave(group, dim=0), new_tokens)
            mask = text_rl.completion_mask(texts, width, eos)
            behaviour = text_rl.sequence_log_probs(model(texts), texts)
            anchor = text_rl.sequence_log_probs(start(texts), texts)
        rewards = environment.rewards(texts)
        advantages = grpo.grpo_advantages(rewards, group).to(behaviour.dtype)
        table = rewards.reshape(prompts, group)
        silent = (table == table[:, :1]).all(dim=1).float().mean()
        distance = (behaviour - anchor).masked_fill(~mask, 0.0).sum(dim=1).mean()

        model.train()
        for _ in range(steps):
            log_probs = text_rl.sequence_log_probs(model(texts), texts)
            loss = grpo.grpo_loss(log_probs, behaviour, advantages, mask, ref_log_probs=anchor, kl_coef=kl_coef)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()

        records.append({"reward": rewards.mean().item(), "silent": silent.item(), "kl": distance.item(), "loss": loss.item()})
    return records
