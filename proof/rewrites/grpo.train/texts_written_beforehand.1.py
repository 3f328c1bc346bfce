"""all batches in a list, then the updates"""
import copy
import torch
import curriculum.grpo as grpo
import curriculum.sampling as sampling
import curriculum.text_rl as text_rl


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    model.eval()
    frozen = copy.deepcopy(model)
    history = []
    batches = []
    for _ in range(updates):
        questions = environment.prompts(prompts)
        with torch.no_grad():
            tokens = sampling.generate(model, questions.repeat_interleave(group, dim=0), new_tokens)
            mask = text_rl.completion_mask(tokens, questions.shape[1], eos)
            behaviour = text_rl.sequence_log_probs(model(tokens), tokens)
            anchor = text_rl.sequence_log_probs(frozen(tokens), tokens)
        batches.append((tokens, mask, behaviour, anchor, environment.rewards(tokens)))

    for tokens, mask, behaviour, anchor, rewards in batches:
        advantages = grpo.grpo_advantages(rewards, group).to(behaviour.dtype)
        table = rewards.reshape(prompts, group)
        silent = (table == table[:, :1]).all(dim=1).float().mean()
        distance = (behaviour - anchor).masked_fill(~mask, 0.0).sum(dim=1).mean()

        for _ in range(steps):
            log_probs = text_rl.sequence_log_probs(model(tokens), tokens)
            loss = grpo.grpo_loss(log_probs, behaviour, advantages, mask, ref_log_probs=anchor, kl_coef=kl_coef)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        history.append({"reward": rewards.mean().item(), "silent": silent.item(), "kl": distance.item(), "loss": loss.item()})
    return history
