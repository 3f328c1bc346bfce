"""log-softmax and mask by hand, numpy for the log"""
import copy
import numpy as np
import torch
import torch.nn.functional as F
import curriculum.grpo as grpo
import curriculum.sampling as sampling


def log_probs_of(net, tokens):
    logits = net(tokens)[:, :-1]
    return F.log_softmax(logits, dim=-1).gather(-1, tokens[:, 1:, None]).squeeze(-1)


def written_by_the_policy(tokens, width, eos):
    ends = (tokens[:, width:] == eos).long()
    alive = ends.cumsum(dim=1) - ends == 0
    mask = torch.zeros(tokens.shape[0], tokens.shape[1] - 1, dtype=torch.bool)
    mask[:, width - 1:] = alive
    return mask


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    model.eval()
    start = copy.deepcopy(model)
    start.eval()
    history = []
    for update in range(updates):
        questions = environment.prompts(prompts)
        batch = questions.unsqueeze(1).expand(-1, group, -1).reshape(prompts * group, -1)
        tokens = sampling.generate(model, batch, new_tokens, temperature=1.0).detach()
        rewards = environment.rewards(tokens)
        mask = written_by_the_policy(tokens, questions.shape[1], eos)
        behaviour = log_probs_of(model, tokens).detach()
        reference = log_probs_of(start, tokens).detach()
        advantages = grpo.grpo_advantages(rewards, group).to(behaviour.dtype)

        losses = []
        for step in range(steps):
            new = log_probs_of(model, tokens)
            loss = grpo.grpo_loss(new, behaviour, advantages, mask, ref_log_probs=reference, kl_coef=kl_coef)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())

        paid = rewards.numpy().reshape(prompts, group)
        gap = torch.where(mask, behaviour - reference, torch.zeros_like(behaviour)).sum(dim=1)
        history.append(dict(
            reward=float(paid.max()),
            silent=float(np.mean(paid.max(axis=1) == paid.min(axis=1))),
            kl=gap.mean().item(),
            loss=losses[-1],
        ))
    return history
