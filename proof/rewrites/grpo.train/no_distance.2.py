"""a trainer class with small methods"""
import copy
import torch
import curriculum.grpo as grpo
import curriculum.sampling as sampling
import curriculum.text_rl as text_rl


class Trainer:
    """The policy, where it began, and the batch that it learns from."""

    def __init__(self, model, optimizer, environment, group, eos):
        self.model = model.eval()
        self.start = copy.deepcopy(self.model)
        self.optimizer, self.environment = optimizer, environment
        self.group, self.eos = group, eos

    def score(self, policy):
        return text_rl.sequence_log_probs(policy(self.tokens), self.tokens)

    @torch.no_grad()
    def write(self, number, new_tokens):
        questions = self.environment.prompts(number)
        rows = torch.arange(number).repeat_interleave(self.group)
        self.tokens = sampling.generate(self.model, questions[rows], new_tokens)
        self.mask = text_rl.completion_mask(self.tokens, questions.size(1), self.eos)
        self.rewards = self.environment.rewards(self.tokens)
        self.behaviour = self.score(self.model)
        self.reference = self.score(self.start)
        self.advantages = grpo.grpo_advantages(self.rewards, self.group).to(self.behaviour.dtype)

    def loss(self):
        return grpo.grpo_loss(
            self.score(self.model),
            self.behaviour,
            self.advantages,
            self.mask,
            ref_log_probs=self.reference,
        )

    def step(self):
        loss = self.loss()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def learn(self, steps):
        for _ in range(steps):
            last = self.step()
        return last

    def summary(self):
        groups = self.rewards.split(self.group)
        silent = [bool((g == g[0]).all()) for g in groups]
        gap = torch.where(self.mask, self.behaviour - self.reference, 0.0)
        return {
            "reward": float(self.rewards.mean()),
            "silent": sum(silent) / len(silent),
            "kl": float(gap.sum(-1).mean()),
        }


def train(model, optimizer, environment, updates, prompts, group, new_tokens, eos, steps=2, kl_coef=0.0):
    t = Trainer(model, optimizer, environment, group, eos)
    history = []
    for _ in range(updates):
        t.write(prompts, new_tokens)
        entry = t.summary()
        entry["loss"] = t.learn(steps)
        history.append(entry)
    return history
