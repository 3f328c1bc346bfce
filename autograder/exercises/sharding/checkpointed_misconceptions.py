"""What goes wrong in a function that is computed twice."""

from __future__ import annotations

from autograder.exercise import Judgement

CALLED = "return function(*inputs)"
SAVED = "ctx.save_for_backward(*inputs)"
STATE = "ctx.random_state = torch.get_rng_state()"
AGAIN = "again = [x.detach().requires_grad_(x.requires_grad) for x in ctx.saved_tensors]"
FORKED = "with torch.random.fork_rng(devices=[]), torch.enable_grad():"
RESTORED = "torch.set_rng_state(ctx.random_state)"
BACKWARD = "output.backward(grad_output)"
RETURNED = "return tuple(x.grad for x in again)"
APPLIED = "return Recomputed.apply(*inputs)"


def add_misconceptions(checkpointed: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        checkpointed.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        checkpointed.another_form(identity, edits=edits)

    mistake(
        "everything_kept",
        "The function is simply called, with autograd recording: all that it computes on the way is kept.",
        "How many calls of the function should the backward pass make?",
        (APPLIED, CALLED),
    )
    also(
        "everything_kept",
        (
            CALLED,
            "inputs = [x.detach().requires_grad_(x.requires_grad) for x in inputs]\n"
            "            with torch.enable_grad():\n"
            "                ctx.output = function(*inputs)\n"
            "            ctx.inputs = inputs\n"
            "            return ctx.output.detach()",
        ),
        (AGAIN, "again, output = ctx.inputs, ctx.output"),
        (f"            {FORKED}\n                {RESTORED}\n                output = function(*again)\n", ""),
    )
    mistake(
        "other_random_numbers",
        "The second call draws other random numbers: dropout drops other units, and the gradients are those of another "
        "network than the one whose output was used.",
        "Which units does dropout drop in the second call?",
        (RESTORED, "pass"),
    )
    also("other_random_numbers", (RESTORED, "pass"), (FORKED, "with torch.enable_grad():"))
    mistake(
        "generator_left_behind",
        "The backward pass leaves the generator where the function's forward pass had it: whatever is drawn afterwards "
        "repeats what was drawn before.",
        "Which numbers does the dropout of the next step draw?",
        (FORKED, "with torch.enable_grad():"),
    )
    mistake(
        "state_taken_too_late",
        "The state of the generator is taken after the function has drawn.",
        "Which numbers are drawn from a state that was taken after the draw?",
        (f"            {STATE}\n", ""),
        (CALLED, f"output = function(*inputs)\n            {STATE}\n            return output"),
    )
    mistake(
        "seed_of_its_own",
        "Both calls start from a seed of their own. They agree, but the same units are dropped in every step.",
        "How many different masks will a layer with dropout see in 1,000 steps?",
        (
            STATE,
            "ctx.random_state = torch.Generator().manual_seed(0).get_state()\n"
            "            torch.set_rng_state(ctx.random_state)",
        ),
    )
    mistake(
        "parameters_learn_nothing",
        "Only the inputs get a gradient: `torch.autograd.grad` for the inputs leaves out the function's parameters.",
        "Which tensors does `output.backward(...)` reach, and which does `torch.autograd.grad(output, inputs)`?",
        (
            f"            {BACKWARD}\n            {RETURNED}",
            "            needed = [x for x in again if x.requires_grad]\n"
            "            found = iter(torch.autograd.grad(output, needed, grad_output))\n"
            "            return tuple(next(found) if x.requires_grad else None for x in again)",
        ),
    )
    mistake(
        "inputs_get_nothing",
        "The inputs get no gradient: all layers before the function learn nothing.",
        "What should backward return?",
        (RETURNED, "return tuple(None for x in again)"),
    )
    also("inputs_get_nothing", (AGAIN, "again = [x.detach() for x in ctx.saved_tensors]"))
    also("inputs_get_nothing", (RETURNED, "return tuple(None if x.grad is None else 0 * x.grad for x in again)"))
    mistake(
        "cotangent_ignored",
        "The gradient that arrives from the output is not passed on: it is taken for ones.",
        "If the loss is 3 · output, what arrives in `grad_output`?",
        (BACKWARD, "output.backward(torch.ones_like(grad_output))"),
    )
    mistake(
        "inputs_not_detached",
        "The inputs are not detached: the backward pass of the second call runs on into what came before, and the "
        "graph there is used twice.",
        "Where does the graph of the second call begin?",
        (AGAIN, "again = ctx.saved_tensors"),
        (RETURNED, "return tuple(None for x in again)"),
    )
    mistake(
        "not_recorded",
        "The second call is not recorded: inside `backward`, autograd is switched off.",
        "What does `torch.is_grad_enabled()` say inside `backward`?",
        (FORKED, "with torch.random.fork_rng(devices=[]):"),
    )
    mistake(
        "called_twice_in_backward",
        "The function is called once for each input in the backward pass. One call gives the gradients of all of them.",
        "How many calls give the gradients of all inputs?",
        (
            BACKWARD,
            f"{BACKWARD}\n            with torch.enable_grad():\n                function(*again)",
        ),
    )
    mistake(
        "all_inputs_require",
        "Every input is made to require a gradient, so those that need none have one afterwards.",
        "What does it cost to compute a gradient that nobody wants?",
        (APPLIED, "return Recomputed.apply(*(x.requires_grad_() for x in inputs))"),
    )
    mistake(
        "first_input_only",
        "Only the first input gets a gradient.",
        "How many gradients does backward return for a function of two inputs?",
        (RETURNED, "return tuple(x.grad if i == 0 else None for i, x in enumerate(again))"),
    )
    mistake(
        "gradient_overwritten",
        "The gradient that arrives from the output is written to. Autograd may have handed the same tensor to others.",
        "y = a + b. Which tensors arrive as the gradients of a and of b?",
        (BACKWARD, f"{BACKWARD}\n            grad_output.zero_()"),
    )
    mistake(
        "output_detached",
        "The output is detached: for the loss, the function is a constant.",
        "What is `output.requires_grad`?",
        (APPLIED, "return Recomputed.apply(*inputs).detach()"),
    )
