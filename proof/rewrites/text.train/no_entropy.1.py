"""autograd.grad, cross entropy, Gumbel noise"""
import torch
import torch.nn.functional as F


def leave_one_out(rewards):
    rows = []
    for i in range(rewards.shape[0]):
        rest = torch.cat([rewards[:i], rewards[i + 1:]])
        rows.append(rewards[i] - rest.mean(dim=0))
    return torch.stack(rows)


def gumbel_like(logits):
    return -torch.empty_like(logits).exponential_().log()


def write(model, prompts, new_tokens):
    texts = prompts.clone()
    with torch.no_grad():
        for _ in range(new_tokens):
            logits = model(texts)[:, -1]
            token = (logits + gumbel_like(logits)).argmax(dim=-1, keepdim=True)
            texts = torch.cat([texts, token], dim=1)
    return texts


def live_tokens(completion, eos):
    going = (completion != eos).long().cumprod(dim=1)
    return torch.cat([torch.ones_like(going[:, :1]), going[:, :-1]], dim=1).bool()


def train(model, optimizer, environment, updates, batch, new_tokens, eos, entropy_coef=0.0):
    model.eval()
    parameters = [p for p in model.parameters() if p.requires_grad]

    def one_update():
        prompts = environment.prompts(batch)
        texts = write(model, prompts, new_tokens)
        rewards = environment.rewards(texts)
        begin = prompts.shape[1]
        completion = texts[:, begin:]
        live = live_tokens(completion, eos)

        logits = model(texts)[:, begin - 1:-1]
        nll = F.cross_entropy(logits.transpose(1, 2), completion, reduction="none")
        logs = F.log_softmax(logits, dim=-1)
        entropy = -(logs.exp() * logs).sum(-1).masked_select(live).mean()
        costs = nll.masked_fill(~live, 0.0).sum(dim=1)
        loss = torch.dot(leave_one_out(rewards).to(costs.dtype), costs) / batch

        optimizer.zero_grad()
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient
        optimizer.step()
        return {"reward": rewards.mean().item(), "loss": loss.item(), "entropy": entropy.item(),
                "length": live.sum(dim=1).double().mean().item()}

    return [one_update() for _ in range(updates)]
