"""a class with one method for each stage"""
import torch

from curriculum.sampling import generate
from curriculum.text_rl import completion_mask, entropy_bonus, sequence_log_probs


def leave_one_out(rewards):
    n = len(rewards)
    return (rewards - rewards.mean(dim=0)) * (n / (n - 1))


class Reinforce:
    def __init__(self, policy, optimizer, world, eos, coefficient):
        self.policy = policy
        self.optimizer = optimizer
        self.world = world
        self.eos = eos
        self.coefficient = coefficient
        self.questions = None

    def roll_out(self, batch, new_tokens):
        if self.questions is None:
            self.questions = self.world.prompts(batch)
        questions = self.questions
        self.policy.eval()
        answers = generate(self.policy, questions, new_tokens)
        return questions, answers, self.world.rewards(answers)

    def objective(self, questions, answers, rewards):
        logits = self.policy(answers)
        keep = completion_mask(answers, questions.size(1), self.eos)
        surprisal = -sequence_log_probs(logits, answers)
        per_text = torch.where(keep, surprisal, torch.zeros_like(surprisal)).sum(1)
        pressure = torch.mean(leave_one_out(rewards) * per_text)
        openness = entropy_bonus(logits, keep)
        return pressure, openness, keep

    def descend(self, loss):
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def update(self, batch, new_tokens):
        questions, answers, rewards = self.roll_out(batch, new_tokens)
        pressure, openness, keep = self.objective(questions, answers, rewards)
        loss = pressure - self.coefficient * openness
        self.descend(loss)
        return {
            "reward": rewards.mean().item(),
            "loss": loss.item(),
            "entropy": openness.item(),
            "length": keep.sum().item() / batch,
        }


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    learner = Reinforce(model, optimizer, environment, eos, entropy_coef)
    return [learner.update(batch, new_tokens) for _ in range(updates)]
