"""What goes wrong in a fully sharded layer."""

from __future__ import annotations

from autograder.exercise import Judgement

SAVED = "ctx.save_for_backward(x, shard)  # and not the whole"
WHOLE = "whole = all_gather(shard, comm)"
PADDED = "padded = F.pad(whole, (0, len(shard) * ctx.comm.world_size - len(whole)))"
WEIGHT = "weight = all_gather(shard, ctx.comm)[: ctx.shape.numel()].view(ctx.shape)"
GRAD_WEIGHT = "grad_weight = rows.T @ x.reshape(-1, ctx.shape[1])"
GRADIENTS = "whole = torch.cat([grad_weight.flatten(), rows.sum(0)])"
REDUCED = "reduce_scatter(padded, ctx.comm) / ctx.comm.world_size"
RETURNED = f"return grad_output @ weight, {REDUCED}, None, None"
SHARD = "self.shard = nn.Parameter(own.clone())  # a view would keep the whole alive"
APPLIED = "return self.Gathered.apply(x, self.shard, self.shape, self.comm)"
PLAIN = (
    "weight, bias = whole[: self.shape.numel()].view(self.shape), whole[self.shape.numel() :][: self.shape[0]]\n"
    "        return F.linear(x, weight, bias)"
)
LINKED = (
    "class Link(torch.autograd.Function):\n"
    "            @staticmethod\n"
    "            def forward(ctx, shard, comm):\n"
    "                ctx.comm = comm\n"
    "                return all_gather(shard, comm)\n\n"
    "            @staticmethod\n"
    "            def backward(ctx, gradient):\n"
    "                return reduce_scatter(gradient, ctx.comm) / ctx.comm.world_size, None\n\n"
    "        whole = Link.apply(self.shard, self.comm)\n"
    f"        {PLAIN}"
)


def add_misconceptions(fully_sharded_linear: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        fully_sharded_linear.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        fully_sharded_linear.another_form(identity, edits=edits)

    mistake(
        "whole_kept_for_backward",
        "The whole weight lives on after forward, since autograd keeps it for the backward pass. With many layers, a "
        "rank holds the whole model between forward and backward.",
        "What does F.linear save for its backward pass, and who decides that?",
        (APPLIED, LINKED),
    )
    also(
        "whole_kept_for_backward",
        (WHOLE, f"{WHOLE}\n            ctx.whole = whole"),
        (WEIGHT, "weight = ctx.whole[: ctx.shape.numel()].view(ctx.shape)"),
    )
    mistake(
        "gathered_once_and_kept",
        "The layer gathers once and keeps the whole for ever. It holds more than a layer that was never sharded, and "
        "what an optimizer does to the shards no longer reaches the outputs.",
        "After a step of the optimizer: which weight does the next forward use?",
        (
            APPLIED,
            "if not hasattr(self, 'kept'):\n            self.kept = [all_gather(self.shard.detach(), self.comm)]\n"
            "        return self.Gathered.apply(x, self.shard, self.shape, self.comm, self.kept[0])",
        ),
        (
            'comm: "Communicator") -> Tensor:\n            ctx.save',
            'comm: "Communicator", whole) -> Tensor:\n            ctx.save',
        ),
        (f"            {WHOLE}\n", ""),
        (f"{REDUCED}, None, None", f"{REDUCED}, None, None, None"),
    )
    mistake(
        "whole_on_every_rank",
        "Every rank holds the whole weight and averages its gradient. The result is right, but nothing was sharded: "
        "that is data parallelism.",
        "How many elements do `parameters()` have on one of 8 ranks?",
        ("own = padded.chunk(comm.world_size)[comm.rank]", "own = padded"),
        (WHOLE, "whole = shard"),
        (WEIGHT, "weight = shard[: ctx.shape.numel()].view(ctx.shape)"),
        (PADDED, "padded = F.pad(whole, (0, len(shard) - len(whole)))"),
        (REDUCED, "ring_all_reduce(padded, ctx.comm) / ctx.comm.world_size"),
    )
    mistake(
        "view_of_the_whole",
        "The shard is a view of the whole vector, and a view keeps all of its memory alive: nothing was saved.",
        "What does `x.chunk(4)[0].untyped_storage().nbytes()` say, and what that of its clone?",
        (SHARD, "self.shard = nn.Parameter(own)"),
    )
    mistake(
        "whole_kept_by_the_module",
        "The module still refers to the weight with which it was made.",
        "Which attributes of the layer are as large as the whole weight?",
        (SHARD, f"{SHARD}\n        self.weight = weight.detach()"),
    )
    mistake(
        "sum_for_mean",
        "The gradients of the ranks are added up; the gradient of the whole batch is their mean.",
        "Four ranks have the same rows. What is the gradient of the mean over all of them?",
        (REDUCED, "reduce_scatter(padded, ctx.comm)"),
    )
    mistake(
        "own_gradient_only",
        "Each rank keeps its part of its own gradient: what the others learned about that part is lost.",
        "Whose rows should the gradient of a shard depend on?",
        (REDUCED, "padded.chunk(ctx.comm.world_size)[ctx.comm.rank]"),
    )
    mistake(
        "gradient_without_reduction",
        "The gradients are not reduced but only divided by the number of ranks.",
        "Whose rows should the gradient of a shard depend on?",
        (REDUCED, "padded.chunk(ctx.comm.world_size)[ctx.comm.rank] / ctx.comm.world_size"),
    )
    mistake(
        "input_gradient_averaged",
        "The gradient of x is divided by the number of ranks. It belongs to the rows of this rank, in which nobody "
        "else has a share.",
        "A row of x is on one rank. Which ranks' losses depend on it?",
        (RETURNED, RETURNED.replace("grad_output @ weight", "grad_output @ weight / ctx.comm.world_size")),
    )
    mistake(
        "input_gradient_lost",
        "x gets no gradient: layers before this one learn nothing.",
        "What should backward return first?",
        (RETURNED, RETURNED.replace("grad_output @ weight", "0 * grad_output @ weight")),
    )
    also("input_gradient_lost", (RETURNED, RETURNED.replace("grad_output @ weight", "None")))
    mistake(
        "parameters_made_anew",
        "The Parameter is made anew at each forward. An optimizer holds the one before: it steps, and nothing moves.",
        "Which tensors does an optimizer step on: those that the module has now, or those that it was given?",
        (APPLIED, f"self.shard = nn.Parameter(self.shard.detach().clone())\n        {APPLIED}"),
    )
    mistake(
        "shard_is_no_parameter",
        "The shard is not registered as a parameter: `parameters()` does not give it, so no optimizer steps on it.",
        "What does `list(layer.parameters())` give?",
        (SHARD, "self.kept = [own.clone().requires_grad_()]"),
        ("apply(x, self.shard,", "apply(x, self.kept[0],"),
    )
    mistake(
        "bias_not_learned",
        "The bias gets no gradient.",
        "By how much does the output for x = 0 change in a step?",
        (GRADIENTS, "whole = torch.cat([grad_weight.flatten(), 0 * rows.sum(0)])"),
    )
    mistake(
        "bias_gradient_averaged",
        "The bias's gradient is the mean over the rows. Whether rows are averaged is the business of the loss, which "
        "has put it into the output's gradient already.",
        "What is the derivative of the sum of all outputs by a bias?",
        (GRADIENTS, "whole = torch.cat([grad_weight.flatten(), rows.mean(0)])"),
    )
    mistake(
        "gradient_transposed",
        "The weight's gradient is (in, out) where the weight is (out, in); flattened, nobody sees it.",
        "What is the shape of xᵀ g, and what that of gᵀ x?",
        (GRAD_WEIGHT, "grad_weight = x.reshape(-1, ctx.shape[1]).T @ rows"),
    )
    mistake(
        "neighbours_part",
        "The shard is not that of the own rank: gathered in the order of the ranks, the whole is another one.",
        "In which order does all_gather put the shards together?",
        ("padded.chunk(comm.world_size)[comm.rank]", "padded.chunk(comm.world_size)[comm.rank - 1]"),
    )
    mistake(
        "not_padded",
        "The vector is cut without padding: where N does not divide n, the shards have several sizes.",
        "What does `torch.arange(7).chunk(3)` give?",
        ("padded = F.pad(whole, (0, part * comm.world_size - len(whole)))", "padded = whole"),
    )
    mistake(
        "whole_gradient_kept",
        "The whole gradient lives on after the backward pass, though a rank needs its own part only.",
        "Who refers to the whole gradient when backward has returned?",
        (PADDED, f"{PADDED}\n            shard.whole_gradient = padded"),
    )
    mistake(
        "reduced_everywhere",
        "The gradient is reduced on all ranks before each takes its part. That sends a third more than is needed.",
        "An all-reduce is a reduce-scatter and an all-gather. Which of the two does a shard's gradient need?",
        (REDUCED, "ring_all_reduce(padded, ctx.comm).chunk(ctx.comm.world_size)[ctx.comm.rank] / ctx.comm.world_size"),
    )
    mistake(
        "no_bias",
        "The bias is left out of the output.",
        "What is the output for x = 0?",
        ("return F.linear(x, weight, bias)", "return F.linear(x, weight)"),
    )
