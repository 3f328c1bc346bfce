"""What goes wrong in `data_parallel.data_parallel`: its misconceptions, edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

EVERYTHING = "[*model.parameters(), *model.buffers()]"
START = (
    "        with torch.no_grad():\n"
    "            for tensor in [*model.parameters(), *model.buffers()]:\n"
    "                tensor.copy_(collectives.broadcast(tensor, comm))\n"
)
COPY = "                tensor.copy_(collectives.broadcast(tensor, comm))\n"
NO_SYNC = (
    "        self.syncs = False\n        try:\n            yield\n        finally:\n            self.syncs = True\n"
)
BACKWARD = "(loss * tokens).backward()"
COUNT = "        self.tokens += tokens\n"
LOSS = "        self.loss += loss.item() * tokens\n"
SILENT = "        if not self.syncs:\n            return None\n"
LEARNED = "learned = [p for p in self.model.parameters() if p.requires_grad]"
DIVIDE = "                p.grad /= self.tokens\n"
AVERAGE = "data_parallel.average_gradients(learned, self.tokens, self.comm, self.bucket_bytes)"
MINE = "mine = torch.tensor([self.loss, self.tokens], dtype=torch.float64)"
TOLD = "        total, count = collectives.ring_all_reduce(mine, self.comm).tolist()\n"
FORGET = "        self.tokens, self.loss = 0, 0.0\n"
RETURN = "return total / count"


def add_misconceptions(data_parallel: Judgement) -> None:
    """Register them all."""

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        data_parallel.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        data_parallel.another_form(identity, edits=edits)

    # --- the start

    mistake(
        "no_broadcast",
        "Every rank keeps the weights that it came with. The gradients are averaged, but they are applied to different "
        "models, which never become one.",
        "Two ranks make the same step from different places. Where do they end?",
        (START, ""),
    )
    mistake(
        "buffers_forgotten",
        "Only the parameters are sent at the start. Buffers, such as running means or a mask, stay different.",
        "What does `model.buffers()` give for a model with batch normalisation?",
        (EVERYTHING, "model.parameters()"),
    )
    mistake(
        "state_dict_only",
        "What `state_dict` holds is sent at the start. A buffer that was registered with `persistent=False` is not in "
        "it, and stays different.",
        "Which buffers does a checkpoint leave out, and does the model compute with them?",
        (EVERYTHING, "model.state_dict().values()"),
    )
    mistake(
        "frozen_parameters_forgotten",
        "Parameters that need no gradient are not sent at the start. They are part of the model all the same.",
        "Does a frozen layer have any influence on the output?",
        (EVERYTHING, "[*(p for p in model.parameters() if p.requires_grad), *model.buffers()]"),
    )
    mistake(
        "averages_the_start",
        "The ranks start from the mean of their weights, where they should take those of rank 0. The mean of two good "
        "models is seldom a good one.",
        "Which of the ranks has loaded the checkpoint?",
        (
            COPY,
            "                mean = collectives.ring_all_reduce(tensor, comm) / comm.world_size\n"
            "                tensor.copy_(mean)\n",
        ),
    )
    mistake(
        "new_tensors",
        "The weights of rank 0 are put into new parameters. An optimizer that was made before goes on with the old "
        "ones, and nothing is learned.",
        "Which tensors does the optimizer hold, if it was made before?",
        (
            START,
            "        for name, tensor in list(model.named_parameters()):\n"
            "            fresh = nn.Parameter(collectives.broadcast(tensor.detach(), comm), tensor.requires_grad)\n"
            "            setattr(model, name, fresh)\n"
            "        for tensor in model.buffers():\n"
            "            tensor.copy_(collectives.broadcast(tensor, comm))\n",
        ),
    )

    # --- the gradients

    mistake(
        "mean_of_means",
        "Every rank has the same weight, however many tokens it had.",
        "One rank has 1 token and another 99. What is the weight of each token in the result?",
        (AVERAGE, AVERAGE.replace("self.tokens", "1")),
    )
    mistake(
        "mean_of_micro_batches",
        "The mean losses of the micro-batches are added up and divided by their number, so a token of a small "
        "micro-batch counts for more.",
        "Two micro-batches have 1 and 9 tokens. What is the mean loss over all 10?",
        (BACKWARD, "loss.backward()"),
        (COUNT, COUNT + "        self.batches = getattr(self, 'batches', 0) + 1\n"),
        (DIVIDE, DIVIDE.replace("self.tokens", "self.batches")),
        (FORGET, FORGET + "        self.batches = 0\n"),
    )
    mistake(
        "sum_of_means",
        "The mean losses of the micro-batches are added up and never divided: with k of them the gradient is about k "
        "times as large.",
        "Four micro-batches are equal. What should their gradient be, compared with that of one?",
        (BACKWARD, "loss.backward()"),
        (DIVIDE, "                pass\n"),
    )
    mistake(
        "sums_not_divided",
        "The gradients are those of sums over tokens, but they are averaged as if they were means: they come out as "
        "many times too large as a rank has tokens.",
        "What does `average_gradients` expect in `grad`?",
        (DIVIDE, "                pass\n"),
    )
    mistake(
        "divided_by_the_ranks_again",
        "The gradients are divided by the number of ranks once more.",
        "What should the weights of all ranks add up to?",
        (AVERAGE, f"{AVERAGE}\n        for p in learned:\n            p.grad /= self.comm.world_size"),
    )
    mistake(
        "last_micro_batch_only",
        "Only the tokens of the last micro-batch are counted.",
        "Of how many tokens is the gradient that has been added up?",
        (COUNT, "        self.tokens = tokens\n"),
    )
    mistake(
        "tokens_not_forgotten",
        "The tokens of earlier steps are counted again in every step: the gradients become smaller and smaller.",
        "How many tokens has the second step?",
        (FORGET, "        self.loss = 0.0\n"),
    )
    mistake(
        "gradients_forgotten",
        "Each call of `backward` begins with empty gradients, so only the last micro-batch is learned from.",
        "Who calls `zero_grad`, and when?",
        (BACKWARD, f"self.model.zero_grad()\n        {BACKWARD}"),
    )
    mistake(
        "freezes_nothing",
        "A frozen parameter gets a gradient of zeros. The optimizer would move it by weight decay, and it is sent for "
        "nothing.",
        "What should `grad` be for a parameter that needs no gradient?",
        (LEARNED, "learned = list(self.model.parameters())"),
    )
    mistake(
        "leaves_out_unused",
        "A rank leaves out parameters that it did not use, and the others send theirs: what they send does not fit "
        "together.",
        "Rank 1 did not use a layer. What do the other ranks expect from it?",
        (LEARNED, "learned = [p for p in self.model.parameters() if p.grad is not None]"),
    )
    mistake(
        "never_communicates",
        "Nothing is averaged: each rank learns from its own data alone.",
        "What makes the gradients of the ranks the same?",
        (AVERAGE, "pass"),
    )

    # --- when it communicates

    mistake(
        "always_communicates",
        "`no_sync` has no effect: gradients are sent after every micro-batch, k times as much as needed. And what is "
        "added up then is averaged again.",
        "How many times must the gradients of k micro-batches travel?",
        (SILENT, ""),
    )
    also("always_communicates", (NO_SYNC, "        yield\n"))
    mistake(
        "asks_for_the_loss_every_time",
        "The loss is summed over the ranks after every micro-batch, also within no_sync: k small messages that all "
        "wait for.",
        "When does anybody need to know the loss of all ranks?",
        (
            SILENT,
            "        if not self.syncs:\n"
            "            collectives.ring_all_reduce(torch.tensor([self.loss]), self.comm)\n"
            "            return None\n",
        ),
    )
    mistake(
        "bucket_bytes_ignored",
        "`bucket_bytes` is not passed on: the buckets have another size than was asked for.",
        "Who reads `self.bucket_bytes`?",
        (AVERAGE, AVERAGE.replace("self.bucket_bytes", "25 << 20")),
    )
    mistake(
        "gathers_everything",
        "The gradients of all ranks are gathered whole, and each rank adds them up: N − 1 whole buckets from each "
        "rank, where less than two are enough.",
        "How does what a rank sends grow with N? And in the ring?",
        (
            AVERAGE,
            "counts = collectives.all_gather(torch.tensor([float(self.tokens)]), self.comm)\n"
            "        for bucket in data_parallel.buckets(learned, self.bucket_bytes):\n"
            "            mine = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() "
            "for p in bucket])\n"
            "            rows = collectives.all_gather(mine[None], self.comm)\n"
            "            mean = (counts / counts.sum()) @ rows\n"
            "            for p, gradient in zip(bucket, mean.split([p.numel() for p in bucket])):\n"
            "                p.grad = gradient.view_as(p)",
        ),
    )
    mistake(
        "silent_for_ever",
        "After the first `no_sync` nothing is ever sent again.",
        "What has to happen when the `with` block is left?",
        (NO_SYNC, "        self.syncs = False\n        yield\n"),
    )
    mistake(
        "silent_after_an_error",
        "An error within `no_sync` leaves it switched on. A job that catches the error goes on without communicating.",
        "Is the line after `yield` reached if the block raises?",
        (NO_SYNC, "        self.syncs = False\n        yield\n        self.syncs = True\n"),
    )
    mistake(
        "communicates_too_early",
        "The flag is the wrong way round: gradients are sent within no_sync, and not outside.",
        "In which of both should `backward` return early?",
        (SILENT, SILENT.replace("not self.syncs", "self.syncs")),
    )

    # --- the loss

    mistake(
        "loss_of_this_rank",
        "The loss is that of this rank's tokens. A curve of rank 0's loss is noisier than it need be, and says nothing "
        "of the others.",
        "Which tokens are in the loss that is being minimised?",
        (TOLD, "        total, count = mine.tolist()\n"),
    )
    mistake(
        "loss_of_the_last_micro_batch",
        "The loss is that of the last micro-batches alone.",
        "Over which tokens is the mean to be taken?",
        (LOSS, "        self.loss = loss.item() * tokens\n"),
    )
    also(
        "loss_of_the_last_micro_batch",
        (MINE, "mine = torch.tensor([loss.item() * tokens, tokens], dtype=torch.float64)"),
    )
    mistake(
        "mean_of_losses",
        "The loss is the mean of the ranks' means, however many tokens they had.",
        "One rank has 1 token and another 99. What is the mean loss over all 100?",
        (MINE, "mine = torch.tensor([self.loss / self.tokens, 1.0], dtype=torch.float64)"),
    )
    mistake(
        "only_rank_0_asks",
        "The loss is all-reduced under `if rank == 0`. A collective that one rank calls alone waits for ever.",
        "Which ranks have to call an all-reduce?",
        (
            TOLD + FORGET + f"        {RETURN}",
            FORGET + "        if self.comm.rank > 0:\n" + "            return None\n" + TOLD + f"        {RETURN}",
        ),
    )
    mistake(
        "loss_with_its_graph",
        "The losses are added up as tensors, each with the graph that made it, and a tensor is returned. Who adds up "
        "such losses for a log keeps a graph for each step of the run.",
        "What does a sum of losses hold on to, if nobody makes floats of them?",
        (LOSS, "        self.loss = self.loss + loss * tokens\n"),
        (
            MINE,
            "mine = torch.stack([self.loss.detach().double(), torch.tensor(self.tokens, dtype=torch.float64)])",
        ),
        (RETURN, "return torch.tensor(total / count, requires_grad=True)"),
    )
