"""What goes wrong in a stage at work."""

from __future__ import annotations

from autograder.exercise import Judgement

COUNT = "micro_batches = len({i for _, i in passes})"
LOOP = "    for kind, i in passes:\n"
TALK = """        if outgoing is not None and incoming is not None:
            comm.exchange(outgoing, to, incoming, source)
        elif outgoing is not None:
"""
ENTERS = "x = inputs[i] if incoming is None else incoming.requires_grad_()"
DIVIDED = "y = loss_of(y, i) / micro_batches"
TOTAL = "                loss += y.item()\n"
KEPT = "x, y = held.pop(i)"
BACK = "            y.backward(incoming)\n"
TO_THE_LEFT = "outgoing, to = None if first else x.grad, left"
LAST_SEND = """    if outgoing is not None:
        comm.send(outgoing, to)
    return"""
BUFFER = "source, incoming = left, torch.empty_like(template)"
ITS_GRADIENT = "torch.empty_like(held[i][1])"
RETURNED = "return loss if last else None"


def add_misconceptions(run_stage: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        run_stage.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        run_stage.another_form(identity, edits=edits)

    mistake(
        "both_send_first",
        "Each rank sends before it receives. With 1F1B two neighbours have something for each other: both send, nobody "
        "receives, and all wait for ever.",
        "What has the right neighbour to do before your `send` returns, and what is it doing?",
        (
            TALK,
            "        if outgoing is not None and incoming is not None:\n"
            "            comm.send(outgoing, to)\n"
            "            comm.recv(incoming, source)\n"
            "        elif outgoing is not None:\n",
        ),
    )
    mistake(
        "both_receive_first",
        "Each rank receives what the next pass needs before it sends what the last one gave. The neighbour waits for "
        "just that.",
        "What does the neighbour need before it can make what you wait for?",
        (
            TALK,
            "        if outgoing is not None and incoming is not None:\n"
            "            comm.recv(incoming, source)\n"
            "            comm.send(outgoing, to)\n"
            "        elif outgoing is not None:\n",
        ),
    )
    mistake(
        "receives_before_it_sends",
        "Each rank first waits for what its next pass needs, and only then sends what the last one gave, where that is "
        "for another rank. So an activation is kept back while the next rank has nothing to do.",
        "What could the next rank do while yours waits for the one before?",
        (
            TALK,
            "        if outgoing is not None and incoming is not None and to != source:\n"
            "            comm.recv(incoming, source)\n"
            "            comm.send(outgoing, to)\n"
            "        elif outgoing is not None and incoming is not None:\n"
            "            comm.exchange(outgoing, to, incoming, source)\n"
            "        elif outgoing is not None:\n",
        ),
    )
    mistake(
        "losses_added_up",
        "The losses of the micro-batches are added up. The gradients are m times too large, and the learning rate "
        "would depend on how finely the batch is cut.",
        "What is the loss of the batch, if each micro-batch has a mean loss?",
        (DIVIDED, "y = loss_of(y, i)"),
    )
    mistake(
        "divided_by_the_stages",
        "The loss of a micro-batch is divided by the number of stages.",
        "Over what is the mean taken?",
        (DIVIDED, "y = loss_of(y, i) / comm.world_size"),
    )
    mistake(
        "divided_on_every_stage",
        "Every stage divides by the number of micro-batches, so the earlier a stage, the smaller its gradients.",
        "What does a gradient that comes from the right already contain?",
        (BACK, "            y.backward(incoming if incoming is None else incoming / micro_batches)\n"),
    )
    mistake(
        "the_last_micro_batch_only",
        "The gradients are cleared before each backward pass, so those of the last micro-batch are left.",
        "What is to happen to the gradients of the micro-batches?",
        (BACK, "            module.zero_grad()\n" + BACK),
    )
    mistake(
        "own_order",
        "All forward passes come first, whatever the schedule says. The gradients are right, but the stage holds all "
        "micro-batches at once.",
        "Who decides which pass is next?",
        (LOOP, '    for kind, i in sorted(passes, key=lambda one: one[0] != "F"):\n'),
    )
    mistake(
        "backward_of_the_newest",
        "The backward pass is that of the micro-batch that went forward last, as if they lay on a pile. The gradient "
        "that comes belongs to another one.",
        "To which micro-batch does the gradient belong that your neighbour sends?",
        (KEPT, "x, y = held.popitem()[1]"),
        (ITS_GRADIENT, "torch.empty_like([*held.values()][-1][1])"),
    )
    mistake(
        "backward_of_the_oldest",
        "The backward pass is always that of the oldest micro-batch, whatever the schedule says.",
        'Which micro-batch does the pass ("B", i) belong to?',
        (KEPT, "x, y = held.pop(min(held))"),
        (ITS_GRADIENT, "torch.empty_like(held[min(held)][1])"),
    )
    mistake(
        "input_without_a_gradient",
        "What is received does not ask for its gradient. It stays None, nothing goes to the left, and the stages there "
        "never learn.",
        "For which tensor does a stage need a gradient that is no parameter?",
        (ENTERS, "x = inputs[i] if incoming is None else incoming"),
        (TO_THE_LEFT, "outgoing, to = None if first else torch.zeros_like(x) if x.grad is None else x.grad, left"),
    )
    also(
        "input_without_a_gradient",
        (ENTERS, "x = inputs[i] if incoming is None else incoming"),
    )
    mistake(
        "the_gradient_of_the_output",
        "What goes to the left is the gradient that came from the right, as if this stage did nothing to it.",
        "The gradient by what does the stage before need?",
        (TO_THE_LEFT, "outgoing, to = None if first else y.detach() if last else incoming, left"),
    )
    mistake(
        "no_gradient_from_the_right",
        "The backward pass starts from ones, not from the gradient that came from the right.",
        "How does a change of this stage's output change the loss?",
        (BACK, "            y.backward(incoming if incoming is None else torch.ones_like(incoming))\n"),
    )
    mistake(
        "never_let_go",
        "Inputs and outputs of all micro-batches are kept to the end. With 1F1B the memory should not grow with the "
        "number of micro-batches.",
        "When is the activation of a micro-batch needed for the last time?",
        (KEPT, "x, y = held[i]"),
    )
    mistake(
        "one_buffer_for_all",
        "All micro-batches are received into the same tensor. The next one overwrites what the backward pass of the "
        "one before still needs.",
        "How long is the input of a stage needed?",
        (BUFFER, "source, incoming = left, template"),
        (ENTERS, "x = inputs[i] if incoming is None else incoming.requires_grad_()"),
    )
    mistake(
        "as_wide_as_the_input",
        "The gradient from the right is received into a tensor with the shape of this stage's input. It has the shape "
        "of its output.",
        "The gradient by what comes from the right?",
        (ITS_GRADIENT, "torch.empty_like(template)"),
    )
    mistake(
        "always_in_float32",
        "What is received goes into float32, whatever the model is in.",
        "Which dtype does `torch.empty` choose, if nobody says one?",
        (BUFFER, "source, incoming = left, torch.empty(template.shape)"),
        (ITS_GRADIENT, "torch.empty(held[i][1].shape)"),
    )
    mistake(
        "the_last_gradient_stays",
        "The last gradient is not sent, and the left neighbour waits for it.",
        "Is anything left to send after the last pass?",
        (LAST_SEND, "    return"),
    )
    mistake(
        "the_loss_of_the_last_micro_batch",
        "The loss is that of the last micro-batch alone.",
        "The mean of which losses is the loss of the batch?",
        (TOTAL, "                loss = y.item() * micro_batches\n"),
    )
    mistake(
        "the_sum_of_the_losses",
        "The loss that is returned is the sum over the micro-batches.",
        "The mean of which losses is the loss of the batch?",
        (RETURNED, "return loss * micro_batches if last else None"),
    )
    mistake(
        "every_rank_tells_a_loss",
        "Every rank returns a number, but only the last one has seen the loss.",
        "Where does the loss of a batch become known?",
        (RETURNED, "return loss"),
    )
    mistake(
        "counts_passes_for_micro_batches",
        "The loss is divided by the number of passes, which is twice that of the micro-batches.",
        "How often does each micro-batch stand in the list?",
        (COUNT, "micro_batches = len(passes)"),
    )
    mistake(
        "counts_the_inputs",
        "The micro-batches are counted by `inputs`. On the last rank, which computes the loss, that list is empty.",
        "What does a rank other than 0 know of the number of micro-batches?",
        (COUNT, "micro_batches = len(inputs)"),
    )
