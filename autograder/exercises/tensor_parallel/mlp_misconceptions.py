"""What goes wrong in layers that are cut by columns and by rows."""

from __future__ import annotations

from autograder.exercise import Judgement

COLUMN_WEIGHT = "nn.Parameter(weight.detach().chunk(comm.world_size)[comm.rank].clone())  # a view would keep all"
COLUMN_BIAS = "nn.Parameter(bias.detach().chunk(comm.world_size)[comm.rank].clone())"
COLUMN_FORWARD = "return F.linear(tensor_parallel.copy_to_ranks(x, self.comm), self.weight, self.bias)"
ROW_WEIGHT = "nn.Parameter(weight.detach().chunk(comm.world_size, dim=1)[comm.rank].clone())"
ROW_BIAS = "nn.Parameter(bias.detach().clone())"
ROW_FORWARD = "return tensor_parallel.reduce_from_ranks(F.linear(x, self.weight), self.comm) + self.bias"
UP = "self.up = ColumnParallelLinear(up_weight, up_bias, comm)"
DOWN = "self.down = RowParallelLinear(down_weight, down_bias, comm)"
MLP_FORWARD = "return self.down(F.gelu(self.up(x)))  # (…, d) → (…, hidden/N) → (…, d)"
DENSE = (
    (UP, "self.up = nn.ParameterList([up_weight.detach().clone(), up_bias.detach().clone()])"),
    (DOWN, "self.down = nn.ParameterList([down_weight.detach().clone(), down_bias.detach().clone()])"),
)


def add_misconceptions(mlp: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        mlp.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        mlp.another_form(identity, edits=edits)

    # --- columns

    mistake(
        "input_gradient_of_own_columns",
        "The gradient of x is that by way of this rank's columns. Other ranks have used x as well, and what comes "
        "before the layer gets another gradient on every rank.",
        "x has influence on all outputs. Which ranks know by how much?",
        (COLUMN_FORWARD, "return F.linear(x, self.weight, self.bias)"),
    )
    mistake(
        "outputs_gathered",
        "The outputs of all ranks are gathered. Each rank can go on with its part, and the next layer, cut by rows, "
        "wants nothing else.",
        "What does a layer that is cut by rows expect as its input?",
        (
            COLUMN_FORWARD,
            "y = F.linear(tensor_parallel.copy_to_ranks(x, self.comm), self.weight, self.bias)\n"
            "        return all_gather(y.movedim(-1, 0), self.comm).movedim(0, -1)",
        ),
    )
    mistake(
        "every_nth_column",
        "The columns are dealt out one by one, like cards. The parts are to be contiguous: rank 0 has the first.",
        "Which columns of 6 has rank 1 of 3?",
        (COLUMN_WEIGHT, "nn.Parameter(weight.detach()[comm.rank :: comm.world_size].clone())"),
        (COLUMN_BIAS, "nn.Parameter(bias.detach()[comm.rank :: comm.world_size].clone())"),
    )
    mistake(
        "shards_averaged",
        "The gradients of the parts are averaged over the ranks, as in data parallelism. There all ranks have the same "
        "weights. Here each has other ones, and nobody else's gradient says anything about them.",
        "Which ranks have the weight to which this gradient belongs?",
        (
            COLUMN_FORWARD,
            "if torch.is_grad_enabled() and not hasattr(self, 'hooked'):\n"
            "            self.hooked = self.weight.register_hook(\n"
            "                lambda g: tensor_parallel.ring_all_reduce(g, self.comm) / self.comm.world_size)\n"
            f"        {COLUMN_FORWARD}",
        ),
    )

    # --- rows

    mistake(
        "parts_not_added_up",
        "Every rank goes on with its own product. The output is the sum over all inputs, of which it has seen a part.",
        "How many terms has an output of x · weightᵀ, and how many of them are on this rank?",
        (ROW_FORWARD, "return F.linear(x, self.weight) + self.bias"),
    )
    mistake(
        "bias_added_by_every_rank",
        "Each rank adds the bias to its product, and the sum over N ranks has it N times.",
        "What is the output for x = 0?",
        (ROW_FORWARD, "return tensor_parallel.reduce_from_ranks(F.linear(x, self.weight, self.bias), self.comm)"),
    )
    mistake(
        "bias_in_shares",
        "Each rank adds an N-th of the bias, so that the sum has it once. The outputs are right, but the bias learns "
        "at another pace than in one piece: all N shares move.",
        "By how much does the sum of N numbers change if each of them takes a step?",
        (
            ROW_FORWARD,
            "share = self.bias / self.comm.world_size\n"
            "        return tensor_parallel.reduce_from_ranks(F.linear(x, self.weight, share), self.comm)",
        ),
    )
    also(
        "bias_in_shares",
        (ROW_BIAS, "nn.Parameter(bias.detach() / comm.world_size)"),
        (ROW_FORWARD, "return tensor_parallel.reduce_from_ranks(F.linear(x, self.weight, self.bias), self.comm)"),
    )
    mistake(
        "gradient_added_up_twice",
        "The gradient that arrives at the sum is added up over the ranks. It is that of one loss, and the same on all "
        "of them.",
        "What does `reduce_from_ranks` do in backward?",
        (
            ROW_FORWARD,
            "y = tensor_parallel.reduce_from_ranks(F.linear(x, self.weight), self.comm)\n"
            "        return tensor_parallel.copy_to_ranks(y, self.comm) + self.bias",
        ),
    )
    mistake(
        "left_to_autograd",
        "The all-reduce is called in plain sight of autograd, which records of it only what this rank has added up.",
        "What does autograd know of numbers that came from another rank?",
        (ROW_FORWARD, "return tensor_parallel.ring_all_reduce(F.linear(x, self.weight), self.comm) + self.bias"),
    )
    mistake(
        "parts_averaged",
        "The products of the ranks are averaged. They are terms of a sum.",
        "What is the dot product of two vectors, if each rank has the products of its half?",
        (ROW_FORWARD, f"{ROW_FORWARD.replace(' + self.bias', ' / self.comm.world_size + self.bias')}"),
    )

    # --- what is held

    mistake(
        "view_of_the_whole",
        "The part is a view of the whole weight, and a view keeps all of its memory alive.",
        "What does `x.chunk(4)[0].untyped_storage().nbytes()` say, and what that of its clone?",
        (COLUMN_WEIGHT, COLUMN_WEIGHT.replace(".clone())  # a view would keep all", ")")),
    )
    also("view_of_the_whole", (ROW_WEIGHT, ROW_WEIGHT.replace(".clone()", "")))
    mistake(
        "whole_kept_by_the_module",
        "The module still refers to the weight with which it was made.",
        "Which attributes of the layer are as large as the whole weight?",
        (COLUMN_WEIGHT, f"{COLUMN_WEIGHT}\n        self.whole = weight.detach()"),
    )
    mistake(
        "cut_when_used",
        "Every rank has the whole weight, and cuts its part off when it is used. It computes less, but holds as much.",
        "How many elements do `parameters()` have on one of 8 ranks?",
        (COLUMN_WEIGHT, "nn.Parameter(weight.detach().clone())"),
        (COLUMN_BIAS, "nn.Parameter(bias.detach().clone())"),
        (
            COLUMN_FORWARD,
            "weight, bias = (w.chunk(self.comm.world_size)[self.comm.rank] for w in (self.weight, self.bias))\n"
            "        return F.linear(tensor_parallel.copy_to_ranks(x, self.comm), weight, bias)",
        ),
    )
    mistake(
        "part_of_the_neighbour",
        "The weight is the part of another rank.",
        "Which of the outputs belong to rank 0?",
        (COLUMN_WEIGHT, COLUMN_WEIGHT.replace("[comm.rank]", "[comm.rank - 1]")),
        (COLUMN_BIAS, COLUMN_BIAS.replace("[comm.rank]", "[comm.rank - 1]")),
    )
    mistake(
        "part_is_no_parameter",
        "The part is a tensor, but no parameter: `parameters()` does not give it, so no optimizer steps on it.",
        "What does `list(layer.parameters())` give?",
        (ROW_WEIGHT, "weight.detach().chunk(comm.world_size, dim=1)[comm.rank].clone().requires_grad_()"),
    )

    # --- the MLP

    mistake(
        "two_all_reduces",
        "The first matrix is cut by rows. Then its results are sums, which have to be completed before the GELU, and "
        "completed again after the second matrix: two all-reduces in each direction, where one is enough.",
        "GELU(a + b) is not GELU(a) + GELU(b). By which cut does nobody have to add before the GELU?",
        (UP, "self.up, self.comm = RowParallelLinear(up_weight, up_bias, comm), comm"),
        (
            MLP_FORWARD,
            "def mine(whole):\n"
            "            whole = tensor_parallel.copy_to_ranks(whole, self.comm)\n"
            "            return whole.tensor_split(self.comm.world_size, dim=-1)[self.comm.rank]\n\n"
            "        return self.down(mine(F.gelu(self.up(mine(x)))))",
        ),
    )
    mistake(
        "weights_gathered",
        "The weights are gathered for each use. That is what FSDP does: the weights travel, and each rank computes "
        "everything. Here each computes with its part, and the activations travel.",
        "Which is larger, the weights or the activations, and which of them does your code send?",
        (
            MLP_FORWARD,
            "comm = self.up.comm\n"
            "        parts = (self.up.weight, self.up.bias, self.down.weight.T)\n"
            "        up, bias, down = (all_gather(part, comm) for part in parts)\n"
            "        return F.linear(F.gelu(F.linear(x, up, bias)), down.T, self.down.bias)",
        ),
    )
    mistake(
        "every_rank_does_everything",
        "Every rank has all weights and computes everything. The results are right, and nothing is shared out.",
        "What would be different if there were only one rank?",
        *DENSE,
        (MLP_FORWARD, "return F.linear(F.gelu(F.linear(x, *self.up)), *self.down)"),
    )
    mistake(
        "rank_0_does_everything",
        "Rank 0 has all weights and computes everything; the others add zeros. The results are right, and nothing is "
        "shared out.",
        "What do the ranks other than 0 hold, and what do they compute?",
        (
            UP,
            "up_weight, up_bias, down_weight, down_bias = (\n"
            "            w if comm.rank == 0 else w[..., :0] if w is down_weight else w[:0]\n"
            "            for w in (up_weight, up_bias, down_weight, down_bias)\n"
            "        )\n"
            f"        self.comm = comm\n        {DENSE[0][1]}",
        ),
        (
            DOWN,
            "down_bias = down_bias if comm.rank == 0 else down_weight.new_zeros(len(down_weight))\n"
            f"        {DENSE[1][1]}",
        ),
        (
            MLP_FORWARD,
            "x = tensor_parallel.copy_to_ranks(x, self.comm)\n"
            "        y = F.linear(F.gelu(F.linear(x, *self.up)), *self.down)\n"
            "        return tensor_parallel.reduce_from_ranks(y, self.comm)",
        ),
    )
    mistake(
        "another_gelu",
        "The GELU is the approximation by tanh. It is close, but another function.",
        "Which GELU does `F.gelu(x)` give?",
        (MLP_FORWARD, 'return self.down(F.gelu(self.up(x), approximate="tanh"))'),
    )
    mistake(
        "bias_is_the_one_given",
        "The bias that is learned is the tensor that was given. Whoever else holds it sees it change.",
        "After a step of the optimizer, what is in the tensor that `RowParallelLinear` was given as its bias?",
        (ROW_BIAS, "nn.Parameter(bias)"),
    )
