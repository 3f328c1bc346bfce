"""one function from top to bottom"""
import copy
import torch
import curriculum.grpo as grpo
import curriculum.sampling as sampling
import curriculum.text_rl as text_rl


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    model.eval()
    origin = copy.deepcopy(model)
    history = []
    for _ in range(updates):
        questions = environment.prompts(prompts)
        width = questions.shape[1]
        with torch.no_grad():
            texts = sampling.generate(model, questions.repeat_interleave(group, dim=0), new_tokens)
            mask = (torch.arange(1, texts.shape[1]) >= width).expand(texts.shape[0], -1)
            old = text_rl.sequence_log_probs(model(texts), texts)
            anchor = text_rl.sequence_log_probs(origin(texts), texts)
        rewards = environment.rewards(texts)
        advantages = grpo.grpo_advantages(rewards, group).to(old.dtype)
        table = rewards.reshape(prompts, group)
        silent = (table == table[:, :1]).all(dim=1).float().mean()
        distance = (old - anchor).masked_fill(~mask, 0.0).sum(dim=1).mean()

        for _ in range(steps):
            log_probs = text_rl.sequence_log_probs(model(texts), texts)
            loss = grpo.grpo_loss(log_probs, old, advantages, mask, ref_log_probs=anchor, kl_coef=kl_coef)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        history.append({"reward": rewards.mean().item(), "silent": silent.item(), "kl": distance.item(), "loss": loss.item()})
    return history
