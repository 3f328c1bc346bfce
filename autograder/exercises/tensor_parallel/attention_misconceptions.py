"""What goes wrong in attention whose heads are shared out."""

from __future__ import annotations

from autograder.exercise import Judgement

SIZE = "size = len(out_weight) // comm.world_size  # of all heads of a rank together"
QKV_WEIGHT = "qkv_weight.detach().unflatten(0, (3, -1))[:, mine].flatten(0, 1).clone()"
QKV_BIAS = "qkv_bias.detach().unflatten(0, (3, -1))[:, mine].flatten().clone()"
OUT_WEIGHT = "out_weight.detach()[:, mine].clone()"
OUT_BIAS = "nn.Parameter(out_bias.detach().clone())"
HEADS = "self.comm, self.heads = comm, heads // comm.world_size"
COPIED = "        x = tensor_parallel.copy_to_ranks(x, self.comm)\n"
PROJECTED = "qkv = F.linear(x, self.qkv_weight, self.qkv_bias)"
SPLIT = "q, k, v = qkv.unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)"
ATTENDED = "F.scaled_dot_product_attention(q, k, v, is_causal=True)"
MIXED = f"mixed = {ATTENDED}.transpose(1, 2).flatten(2)"
RETURNED = "return tensor_parallel.reduce_from_ranks(F.linear(mixed, self.out_weight), self.comm) + self.out_bias"


def add_misconceptions(attention: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        attention.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        attention.another_form(identity, edits=edits)

    # --- which part

    mistake(
        "qkv_cut_in_one_go",
        "The fused matrix is cut into contiguous parts. Rank 0 gets rows of q only and takes a part of them for keys "
        "and values.",
        "In which rows of `qkv_weight` are the q, k and v of head 0?",
        (QKV_WEIGHT, "qkv_weight.detach().chunk(comm.world_size)[comm.rank].clone()"),
        (QKV_BIAS, "qkv_bias.detach().chunk(comm.world_size)[comm.rank].clone()"),
    )
    mistake(
        "heads_not_divided",
        "A rank has a part of the rows and takes them for all heads: N times as many heads, each an N-th as wide.",
        "How many heads does a rank have, and how wide is each of them?",
        (HEADS, "self.comm, self.heads = comm, heads"),
    )
    mistake(
        "a_slice_of_every_head",
        "Each rank has a slice of every head. Its scores are terms of a sum, and softmax of a sum is not the sum of "
        "softmaxes.",
        "Which numbers have to be complete before the softmax?",
        (
            SIZE,
            f"{SIZE}\n"
            "        def slices(w):\n"
            "            head_dim = len(out_weight) // heads\n"
            "            w = w.detach().unflatten(0, (-1, head_dim)).tensor_split(comm.world_size, dim=1)[comm.rank]\n"
            "            return w.flatten(0, 1).clone()\n",
        ),
        (HEADS, "self.comm, self.heads = comm, heads"),
        (QKV_WEIGHT, "slices(qkv_weight)"),
        (QKV_BIAS, "slices(qkv_bias)"),
        (OUT_WEIGHT, "slices(out_weight.T).T.contiguous()"),
    )
    mistake(
        "another_layout",
        "The rows of the fused matrix are taken for q, k and v of head 0, then q, k and v of head 1. Here they are all "
        "of q, then all of k, then all of v.",
        "What does `qkv_weight.view(3, heads, head_dim, d)[1, 0]` hold?",
        (QKV_WEIGHT, "qkv_weight.detach().chunk(comm.world_size)[comm.rank].clone()"),
        (QKV_BIAS, "qkv_bias.detach().chunk(comm.world_size)[comm.rank].clone()"),
        (SPLIT, "q, k, v = qkv.unflatten(-1, (self.heads, 3, -1)).permute(3, 0, 2, 1, 4)"),
    )
    mistake(
        "output_of_other_heads",
        "The part of the last matrix does not belong to the heads of this rank.",
        "At which places of the concatenated heads do those of rank 1 stand?",
        (OUT_WEIGHT, "out_weight.detach()[:, comm.rank :: comm.world_size].clone()"),
    )

    # --- what is added up

    mistake(
        "input_gradient_of_own_heads",
        "The gradient of x is that by way of this rank's heads only.",
        "x has influence on all heads. Which ranks know by how much?",
        (COPIED, ""),
    )
    mistake(
        "copied_three_times",
        "x is copied to the ranks for q, for k and for v. Each copy adds up its own gradient in backward: three "
        "all-reduces, where one of the sum would do.",
        "How often does your forward call `copy_to_ranks`, and what does each call cost in backward?",
        (COPIED, ""),
        (
            PROJECTED,
            "copies = [tensor_parallel.copy_to_ranks(x, self.comm) for _ in range(3)]\n"
            "        parts = zip(copies, self.qkv_weight.chunk(3), self.qkv_bias.chunk(3), strict=True)\n"
            "        qkv = torch.cat([F.linear(*part) for part in parts], dim=-1)",
        ),
    )
    mistake(
        "parts_not_added_up",
        "Every rank goes on with the output of its own heads. The last matrix mixes all of them.",
        "How many terms has an output of the last matrix, and how many of them are on this rank?",
        (RETURNED, "return F.linear(mixed, self.out_weight) + self.out_bias"),
    )
    mistake(
        "bias_added_by_every_rank",
        "Each rank adds the bias to its part, and the sum over N ranks has it N times.",
        "What is the output if `out_weight` is 0?",
        (
            RETURNED,
            "return tensor_parallel.reduce_from_ranks(F.linear(mixed, self.out_weight, self.out_bias), self.comm)",
        ),
    )
    mistake(
        "bias_in_shares",
        "Each rank adds an N-th of the bias, so that the sum has it once. The outputs are right, but the bias learns "
        "at another pace than in one piece: all N shares move.",
        "By how much does the sum of N numbers change if each of them takes a step?",
        (
            RETURNED,
            "share = self.out_bias / self.comm.world_size\n"
            "        return tensor_parallel.reduce_from_ranks(F.linear(mixed, self.out_weight, share), self.comm)",
        ),
    )
    also(
        "bias_in_shares",
        (OUT_BIAS, "nn.Parameter(out_bias.detach() / comm.world_size)"),
        (
            RETURNED,
            "return tensor_parallel.reduce_from_ranks(F.linear(mixed, self.out_weight, self.out_bias), self.comm)",
        ),
    )
    mistake(
        "gradient_added_up_twice",
        "The gradient that arrives at the sum is added up over the ranks. It is that of one loss, and the same on all "
        "of them.",
        "What does `reduce_from_ranks` do in backward?",
        (
            RETURNED,
            "y = tensor_parallel.reduce_from_ranks(F.linear(mixed, self.out_weight), self.comm)\n"
            "        return tensor_parallel.copy_to_ranks(y, self.comm) + self.out_bias",
        ),
    )
    mistake(
        "left_to_autograd",
        "The all-reduce is called in plain sight of autograd, which records of it only what this rank has added up.",
        "What does autograd know of numbers that came from another rank?",
        (RETURNED, RETURNED.replace("reduce_from_ranks", "ring_all_reduce")),
    )
    mistake(
        "heads_gathered",
        "The heads are gathered, and every rank multiplies all of them by the whole last matrix. That is held N times "
        "and computed N times.",
        "The last matrix mixes the heads by a sum. Who can compute which terms of it?",
        (OUT_WEIGHT, "out_weight.detach().clone()"),
        (
            RETURNED,
            "place = mixed.shape[-1] * self.comm.rank\n"
            "        whole = mixed.new_zeros(*mixed.shape[:2], self.out_weight.shape[1])\n"
            "        whole[..., place : place + mixed.shape[-1]] = mixed\n"
            "        whole = tensor_parallel.reduce_from_ranks(whole, self.comm)\n"
            "        return F.linear(whole, self.out_weight, self.out_bias)",
        ),
    )

    # --- what is held

    mistake(
        "view_of_the_whole",
        "The part is a view of the whole weight, and a view keeps all of its memory alive.",
        "What does `x[:, :2].untyped_storage().nbytes()` say, and what that of its clone?",
        (OUT_WEIGHT, "out_weight.detach()[:, mine]"),
    )
    mistake(
        "every_rank_does_everything",
        "Every rank has all heads and computes everything. The results are right, and nothing is shared out.",
        "What would be different if there were only one rank?",
        (HEADS, "self.comm, self.heads = comm, heads"),
        (SIZE, "size = 0"),
        (QKV_WEIGHT, "qkv_weight.detach().clone()"),
        (QKV_BIAS, "qkv_bias.detach().clone()"),
        (OUT_WEIGHT, "out_weight.detach().clone()"),
        (COPIED, ""),
        (RETURNED, "return F.linear(mixed, self.out_weight, self.out_bias)"),
    )

    # --- attention itself

    mistake(
        "scaled_by_the_model_width",
        "The scores are divided by the root of the model's width, and not by that of a head.",
        "How many terms has the dot product of a query and a key?",
        (ATTENDED, "F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=x.shape[-1] ** -0.5)"),
    )
    mistake(
        "not_causal",
        "Every position sees all others, those after it too.",
        "Which keys may the query at position 0 see?",
        (ATTENDED, "F.scaled_dot_product_attention(q, k, v)"),
    )
    mistake(
        "heads_not_side_by_side",
        "The outputs of the heads are not put side by side for each position: the axes of heads and time are confused.",
        "What is the order of the axes before and after attention?",
        (MIXED, f"mixed = {ATTENDED}.reshape(*x.shape[:2], -1)"),
    )
    mistake(
        "bias_is_the_one_given",
        "The bias that is learned is the tensor that was given. Whoever else holds it sees it change.",
        "After a step of the optimizer, what is in the tensor that was given as `out_bias`?",
        (OUT_BIAS, "nn.Parameter(out_bias)"),
    )
