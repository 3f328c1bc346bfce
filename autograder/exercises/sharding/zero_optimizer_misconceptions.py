"""What goes wrong in an optimizer with sharded moments."""

from __future__ import annotations

from autograder.exercise import Judgement

PART = "part = -(-sum(self.sizes) // comm.world_size)"
MOMENTS = "self.mean, self.square = first.new_zeros(part), first.new_zeros(part)"
FLAT = "values, gradients = self.flat(self.parameters), self.flat([parameter.grad for parameter in self.parameters])"
OWN = "own = values.chunk(self.comm.world_size)[self.comm.rank]"
GRADIENT = "gradient = reduce_scatter(gradients, self.comm) / self.comm.world_size"
COUNTED = "self.steps += 1"
MEAN = "self.mean = beta1 * self.mean + (1 - beta1) * gradient"
SQUARE = "self.square = beta2 * self.square + (1 - beta2) * gradient**2"
ROOT = "root = (self.square / (1 - beta2**self.steps)).sqrt()"
UPDATE = "own = own - self.lr * self.mean / (1 - beta1**self.steps) / (root + self.eps)"
GATHERED = "pieces = all_gather(own, self.comm).split([*self.sizes, self.padding])"
COPIED = "parameter.copy_(piece.view_as(parameter))"
REDUCED = "ring_all_reduce(gradients, self.comm) / self.comm.world_size"


def add_misconceptions(zero_optimizer: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        zero_optimizer.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        zero_optimizer.another_form(identity, edits=edits)

    mistake(
        "sum_for_mean",
        "The gradients of the ranks are added up and not averaged. Adam hardly notices where gradients are large: "
        "it divides by their size; where they are as small as eps, it does.",
        "Four ranks have the same gradient. What is the gradient of the whole batch?",
        (GRADIENT, "gradient = reduce_scatter(gradients, self.comm)"),
    )
    mistake(
        "own_gradient_only",
        "Each rank updates its part by its own gradient: what the other ranks learned about that part is lost.",
        "Whose rows should the update of the first parameter depend on?",
        (GRADIENT, "gradient = gradients.chunk(self.comm.world_size)[self.comm.rank]"),
    )
    mistake(
        "averaged_twice",
        "The gradients are divided by the number of ranks twice.",
        "Four ranks have the same gradient. What is the gradient of the whole batch?",
        (GRADIENT, f"{GRADIENT}**2"),
    )
    mistake(
        "all_moments_everywhere",
        "Every rank has the moments of all parameters. The result is right, but nothing was sharded: that is data "
        "parallelism.",
        "How many bytes of moments does each of 64 ranks hold for 7 billion parameters?",
        (PART, "part = -(-sum(self.sizes) // comm.world_size) * comm.world_size"),
        (" * comm.world_size - sum(self.sizes)\n", " - sum(self.sizes)\n"),
        (OWN, "own = values"),
        (GRADIENT, f"gradient = {REDUCED}"),
        (GATHERED, "pieces = own.split([*self.sizes, self.padding])"),
    )
    mistake(
        "view_of_all_moments",
        "The moments are made for all parameters, and a view of one part is kept. A view keeps all memory alive.",
        "What does `x.chunk(4)[0].untyped_storage().nbytes()` say, and what that of its clone?",
        (
            MOMENTS,
            "moments = first.new_zeros(2, part * comm.world_size)\n"
            "        self.mean, self.square = moments.chunk(comm.world_size, dim=1)[comm.rank]",
        ),
        (MEAN, "self.mean.mul_(beta1).add_((1 - beta1) * gradient)"),
        (SQUARE, "self.square.mul_(beta2).add_((1 - beta2) * gradient**2)"),
    )
    mistake(
        "keeps_the_gathered",
        "What was gathered or flattened for a step is kept until the next: a rank holds another copy of all.",
        "Who still refers to the vector of all values when the step has ended?",
        (FLAT, FLAT.replace("values, gradients =", "values, gradients = self.values, self.gradients =")),
    )
    also(
        "keeps_the_gathered",
        (
            GATHERED,
            "self.whole = all_gather(own, self.comm)\n        pieces = self.whole.split([*self.sizes, self.padding])",
        ),
    )
    mistake(
        "never_gathered",
        "The updated parts are not gathered: each rank learns its own part, and the models drift apart.",
        "Who tells rank 1 the new values of the parameters that rank 0 has updated?",
        (
            GATHERED,
            "values.chunk(self.comm.world_size)[self.comm.rank].copy_(own)\n"
            "        pieces = values.split([*self.sizes, self.padding])",
        ),
    )
    mistake(
        "only_rank_0_gathers",
        "Only rank 0 calls the all-gather. A collective is called by all ranks or by none: rank 0 waits for the others "
        "for ever.",
        "How many ranks have to call an all-gather?",
        (
            GATHERED,
            "if self.comm.rank == 0:\n            values = all_gather(own, self.comm)\n"
            "        pieces = values.split([*self.sizes, self.padding])",
        ),
    )
    mistake(
        "updates_a_copy",
        "The new values stay in the flattened vector and never reach the parameters: after a step, these are what they "
        "were. `torch.cat` copies.",
        "By how much does a parameter differ after the step?",
        (COPIED, "parameter.flatten().clone().copy_(piece)"),
    )
    mistake(
        "keeps_a_copy_from_the_start",
        "The values to be updated were copied when the optimizer was made. What is loaded into the parameters later is "
        "undone by the next step.",
        "The optimizer is made, then a checkpoint is loaded. From which values should the first step start?",
        (
            OWN,
            "own = self.own if hasattr(self, 'own') else values.chunk(self.comm.world_size)[self.comm.rank].clone()",
        ),
        (GATHERED, f"self.own = own\n        {GATHERED}"),
    )
    mistake(
        "neighbours_part",
        "The part of the values and the part of the gradients are not the same one: a rank updates its neighbour's "
        "values by the gradients of its own.",
        "Which part does `reduce_scatter` leave on rank r?",
        (OWN, "own = values.chunk(self.comm.world_size)[self.comm.rank - 1]"),
    )
    mistake(
        "not_padded",
        "The vector is cut without padding: where N does not divide n, the parts have several sizes, or there are "
        "fewer of them than ranks.",
        "What does `torch.arange(5).chunk(4)` give?",
        ("(0, self.padding))", "(0, 0))"),
        (", self.padding])", "])"),
    )
    mistake(
        "one_collective_for_each_parameter",
        "Each parameter is reduced and gathered by itself. Each costs its own messages and its own padding; a bias of "
        "one number is sent as N.",
        "How many messages does a step of a model with 300 parameters take?",
        (
            GRADIENT,
            "reduced = [ring_all_reduce(parameter.grad, self.comm) for parameter in self.parameters]\n"
            "        gradient = self.flat(reduced).chunk(self.comm.world_size)[self.comm.rank] / self.comm.world_size",
        ),
    )
    mistake(
        "reduced_everywhere",
        "All gradients are reduced on all ranks, and each takes its part. That sends half as much again as is needed.",
        "An all-reduce is a reduce-scatter and an all-gather. Which of the two does the gradient need?",
        (GRADIENT, f"gradient = ({REDUCED}).chunk(self.comm.world_size)[self.comm.rank]"),
    )
    mistake(
        "no_bias_correction",
        "The moments start at 0 and are not corrected for it: the first steps are of another size than Adam's.",
        "What is the first moment after one step, if the gradient is 1?",
        (ROOT, "root = self.square.sqrt()"),
        (UPDATE, "own = own - self.lr * self.mean / (root + self.eps)"),
    )
    mistake(
        "steps_counted_from_0",
        "The steps are not counted from 1, so the correction of the moments is another one.",
        "What is 1 − β^t in the first step?",
        ("self.steps = 0", "self.steps = 1"),
    )
    also("steps_counted_from_0", (COUNTED, "pass"), (UPDATE, f"{UPDATE}\n        self.steps += 1"))
    mistake(
        "eps_under_the_root",
        "eps stands under the square root. There it is another number: its root.",
        "With eps = 1e-8 and a gradient of 0, what is the denominator?",
        (ROOT, "root = (self.square / (1 - beta2**self.steps) + self.eps).sqrt()"),
        (UPDATE, UPDATE.replace("(root + self.eps)", "root")),
    )
    mistake(
        "moments_start_anew",
        "The moments are made anew in every step: nothing is remembered of the gradients before.",
        "What does Adam know in its second step of the first?",
        (COUNTED, "self.steps, self.mean, self.square = 1, 0 * self.mean, 0 * self.square"),
    )
    also("moments_start_anew", (COUNTED, f"{COUNTED}\n        self.mean, self.square = 0 * self.mean, 0 * self.square"))
    mistake(
        "square_of_the_moment",
        "The second moment is made of the first one, and not of the gradient.",
        "What is the mean of squares of 1 and −1, and what the square of their mean?",
        (SQUARE, SQUARE.replace("gradient**2", "self.mean**2")),
    )
    mistake(
        "settings_ignored",
        "The settings have no effect.",
        "Where do `betas` and `eps` enter?",
        ("self.lr, self.betas, self.eps = lr, betas, eps", "self.lr, self.betas, self.eps = lr, (0.9, 0.999), 1e-8"),
    )
    also(
        "settings_ignored",
        ("self.lr, self.betas, self.eps = lr, betas, eps", "self.lr, self.betas, self.eps = 1e-3, (0.9, 0.999), 1e-8"),
    )
    mistake(
        "betas_swapped",
        "The two decay rates are the wrong way round.",
        "Which moment remembers longer?",
        ("beta1, beta2 = self.betas", "beta2, beta1 = self.betas"),
    )
    mistake(
        "ascends",
        "The step is added where it should be taken off: the loss rises.",
        "In which direction of the gradient does a loss fall?",
        (UPDATE, UPDATE.replace("own - self.lr", "own + self.lr")),
    )
    mistake(
        "gradients_changed",
        "The gradients are overwritten. Whoever logs their norm afterwards logs something else.",
        "Does your reduction write into the tensors that it was given?",
        (
            COUNTED,
            f"for parameter in self.parameters:\n            parameter.grad /= self.comm.world_size\n        {COUNTED}",
        ),
    )
