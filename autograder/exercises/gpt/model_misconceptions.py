"""What goes wrong in `gpt.model`: its misconceptions.

The first are about the two ends of the model, the next about how it begins, then about its blocks, its output and its
cache. What goes wrong inside a block is told in full at `gpt.causal_self_attention` and `gpt.block`.
"""

from __future__ import annotations

from autograder.exercise import Judgement

LAST_NORM = "        self.norm = nn.LayerNorm(config.d_model)\n"
HEAD = LAST_NORM + "        self.head = nn.Linear(config.d_model, config.vocab_size, bias=False)\n"
LOGITS = "F.linear(self.hidden(tokens, cache), self.tokens.weight)"
THROUGH_HEAD = "self.head(self.hidden(tokens, cache))"
LOAD_TOKENS = """self.tokens.weight.copy_(weights["tokens"])"""
LOAD_BOTH = f"""{LOAD_TOKENS}; self.head.weight.copy_(weights["tokens"])"""
INITIALIZE = "        self.initialize()\n"
READS_BLOCKS = "        for layer, block in enumerate(self.blocks):\n            x = block("
CHECKED_BY_THE_PIECE = ("if end > self.config.context:", "if tokens.shape[1] > self.config.context:")
ADDED = "self.tokens(tokens) + self.positions.weight[past:end]"
NORMAL = "std=0.02 / math.sqrt(2 * self.config.n_layer) if into_stream else 0.02"
CACHES = "[LayerCache(self.config, batch, self.tokens.weight) for _ in self.blocks]"


def add_misconceptions(model: Judgement) -> None:
    """Register them all."""
    another_form = model.another_form

    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
        model.misconception(identity, edits=edits, source=source, message=message, question=question)

    mistake(
        "untied_output",
        "The output layer has a matrix of its own; it is to be the embedding of tokens itself, one matrix used twice.",
        "After one training step, what do the two matrices have in common?",
        (LAST_NORM, HEAD),
        (LOGITS, THROUGH_HEAD),
        (LOAD_TOKENS, LOAD_BOTH),
    )
    another_form(  # equal at the start only
        "untied_output",
        edits=[
            (LAST_NORM, HEAD),
            (INITIALIZE, INITIALIZE + "        self.head.weight.data.copy_(self.tokens.weight.data)\n"),
            (LOGITS, THROUGH_HEAD),
            (LOAD_TOKENS, LOAD_BOTH),
        ],
    )
    another_form(  # one storage, but two parameters, each with a gradient of its own
        "untied_output",
        edits=[
            (LAST_NORM, HEAD),
            (INITIALIZE, INITIALIZE + "        self.head.weight.data = self.tokens.weight.data\n"),
            (LOGITS, THROUGH_HEAD),
        ],
    )
    mistake(
        "output_detached",
        "The output layer uses a detached copy of the embedding, so no gradient comes to the embedding from there.",
        "What does `.detach()`, or `.data`, do to the gradient of what it is called on?",
        (LOGITS, "F.linear(self.hidden(tokens, cache), self.tokens.weight.detach())"),
    )
    mistake(
        "output_bias",
        "The output layer has a bias of its own: vocab_size parameters that the statement does not have.",
        "By which formula do the logits come from the last stream?",
        (LAST_NORM, LAST_NORM + "        self.output_bias = nn.Parameter(torch.zeros(config.vocab_size))\n"),
        (LOGITS, LOGITS[:-1] + ", self.output_bias)"),
    )
    mistake(
        "no_final_norm",
        "The stream is not normalised before the output layer.",
        "What happens to the stream between the last block and the logits?",
        ("return self.norm(x)", "return x + 0 * self.norm(x)"),
    )
    mistake(
        "no_positions",
        "The embeddings of positions are never added, so the model knows the order only by what the mask hides.",
        "How does the model tell the first of two equal tokens from the second?",
        (ADDED, "self.tokens(tokens) + 0 * self.positions.weight[past:end]"),
    )
    mistake(
        "positions_from_one",
        "Positions are counted from 1; the first token gets the second row of the embedding.",
        "Which row of `positions` belongs to the first token?",
        (ADDED, ADDED.replace("[past:end]", "[past + 1 : end + 1]")),
    )
    another_form("positions_from_one", edit=(ADDED, ADDED.replace("[past:end]", ".roll(-1, 0)[past:end]")))
    mistake(
        "positions_at_every_layer",
        "The embeddings of positions are added again before each block; they are to be added once, before the first.",
        "What is in the stream already when it comes to the second block?",
        ("x = block(x, cache", "x = block(x + self.positions.weight[past:end] * (layer > 0), cache"),
    )
    another_form(
        "positions_at_every_layer", edit=("x = block(x, cache", "x = block(x + self.positions.weight[past:end], cache")
    )
    mistake(
        "embedding_times_root_of_width",
        "The embeddings of tokens are multiplied by √d_model, as in the first transformer; here nothing is.",
        "How do the lengths of the two embeddings compare, before and after your factor?",
        (ADDED, "self.tokens(tokens) * math.sqrt(self.config.d_model) + self.positions.weight[past:end]"),
    )
    mistake(
        "torch_initialization",
        "The weights begin as torch draws them: embeddings from N(0, 1), so the first logits are far apart.",
        "What is the loss of a model that knows nothing, and what is the loss of yours before training?",
        (INITIALIZE, ""),
    )
    mistake(
        "biases_not_zero",
        "The matrices are drawn anew, but the biases begin as torch draws them; they are to be 0.",
        "Which values does `nn.Linear` give its bias?",
        ("nn.init.zeros_(parameter)", "pass"),
    )
    mistake(
        "residual_not_scaled",
        "What writes into the stream is drawn with 0.02 like all the rest, so the stream's variance grows with depth.",
        "If 2 · n_layer independent parts of equal variance are added up, what is the variance of the sum?",
        (NORMAL, "std=0.02"),
    )
    mistake(
        "scaled_by_layers",
        "The residual weights are divided by √n_layer; each block writes into the stream twice, so it is √(2·n_layer).",
        "How many times does one block add to the stream?",
        ("math.sqrt(2 * self.config.n_layer)", "math.sqrt(self.config.n_layer)"),
    )
    mistake(
        "scaled_without_root",
        "The residual weights are divided by 2·n_layer instead of its square root.",
        "By which factor must a number shrink for its variance to shrink by 2·n_layer?",
        ("math.sqrt(2 * self.config.n_layer)", "(2 * self.config.n_layer)"),
    )
    mistake(
        "wrong_matrices_scaled",
        "Other matrices are drawn smaller than just `out` and `down`, the two that write into the stream.",
        "Which two matrices of a block have outputs that are added to the stream?",
        (NORMAL, NORMAL.replace("into_stream", "'blocks' in name")),
    )
    for scaled in ("('attention.qkv.weight', 'mlp.up.weight')", "('attention.out.weight', 'mlp.up.weight')"):
        another_form("wrong_matrices_scaled", edit=('("attention.out.weight", "mlp.down.weight")', scaled))
    another_form(
        "wrong_matrices_scaled", edit=('("attention.out.weight", "mlp.down.weight")', '"attention.out.weight"')
    )
    another_form("wrong_matrices_scaled", edit=('("attention.out.weight", "mlp.down.weight")', '"mlp.down.weight"'))
    mistake(
        "one_block_for_all",
        "All layers are one and the same block, with one set of weights.",
        "What does `[block] * 3` hold, and what does `Block(config) for _ in range(3)` give?",
        (LAST_NORM, "        self.blocks = nn.ModuleList([self.blocks[0]] * config.n_layer)\n" + LAST_NORM),
    )
    mistake(
        "blocks_begin_alike",
        "All blocks begin with equal weights, as copies of one; each is to be drawn independently.",
        "What does a deep copy of a block copy?",
        (
            INITIALIZE,
            INITIALIZE + "        [block.load_state_dict(self.blocks[0].state_dict()) for block in self.blocks]\n",
        ),
    )
    mistake(
        "post_norm",
        "The norms come after the sums, on the stream itself, as in the first transformer; here each part reads a "
        "normalised copy, and the stream is only added to.",
        "In x + A(N(x)), is there a path on which x comes through unchanged?",
        source="""
class Block(Block):
    def forward(self, x, cache=None):
        x = self.attention_norm(x + self.attention(x, cache))
        return self.mlp_norm(x + self.mlp(x))
""",
    )
    mistake(
        "no_causal_mask",
        "There is no causal mask: every position sees the future, and training would let it copy the answer.",
        "Which positions may position 0 attend to?",
        source="""
def fused_attention(q, k, v, dropout=0.0):
    return F.scaled_dot_product_attention(q, k, v)
""",
    )
    mistake(
        "exact_gelu",
        "The MLP has another activation than GPT-2's GELU, which is the tanh form.",
        "What does `approximate=` of torch's GELU choose between?",
        source="""
class MLP(MLP):
    def forward(self, x):
        return self.down(F.gelu(self.up(x)))
""",
    )
    another_form(
        "exact_gelu",
        source="""
class MLP(MLP):
    def forward(self, x):
        return self.down(F.relu(self.up(x)))
""",
    )
    mistake(
        "gives_probabilities",
        "The output has been through a softmax; logits are asked for, before any softmax.",
        "Which numbers does a cross-entropy loss take, and what does it do with them first?",
        (LOGITS, LOGITS + ".softmax(-1)"),
    )
    mistake(
        "last_position_only",
        "There are logits for the last position only; training needs them at every position.",
        "How many predictions does a sequence of `time` tokens give to learn from?",
        (LOGITS, LOGITS.replace("cache)", "cache)[:, -1:]")),
    )
    mistake(
        "context_not_checked",
        "A sequence longer than the context is not refused with a ValueError.",
        "What happens when there are more tokens than embeddings of positions, and would a user understand it?",
        ("if end > self.config.context:", "if False:"),
    )
    another_form(
        "context_not_checked",
        edits=[
            (
                "if end > self.config.context:",
                "tokens = tokens[:, -self.config.context :]\n        end = tokens.shape[1]\n        if False:",
            )
        ],
    )
    mistake(
        "cache_ignored",
        "The cache has no effect: a piece is read as if it were the beginning of a text.",
        "With a cache, what should a piece of one token attend to?",
        ("past = cache[0].past if cache else 0", "past, cache = 0, None"),
    )
    mistake(
        "positions_begin_anew",
        "With a cache, positions are counted from 0 again: the first piece is right, and all later ones are misplaced.",
        "At which position does the first token of the second piece stand?",
        (ADDED, ADDED.replace("[past:end]", "[: tokens.shape[1]]")),
    )
    mistake(
        "context_checked_by_the_piece",
        "Only the piece is compared with the context, not what the cache has already read with it.",
        "How many positions are taken once a piece has been read after others?",
        CHECKED_BY_THE_PIECE,
    )
    another_form(  # a slice of positions that is empty makes the stream empty
        "context_checked_by_the_piece",
        edits=(
            CHECKED_BY_THE_PIECE,
            (READS_BLOCKS, f"        if not len(x[0]):\n            return x\n{READS_BLOCKS}"),
        ),
    )
    another_form(  # the last position again, and a cache that grows
        "context_checked_by_the_piece",
        edits=(
            CHECKED_BY_THE_PIECE,
            (ADDED, "self.tokens(tokens) + self.positions(torch.arange(past, end).clamp(max=self.config.context - 1))"),
            ("self.k[:, :, self.past : end] = k", "self.k = torch.cat([self.k[:, :, : self.past], k], dim=2)"),
            ("self.v[:, :, self.past : end] = v", "self.v = torch.cat([self.v[:, :, : self.past], v], dim=2)"),
        ),
    )
    mistake(
        "one_cache_for_all_layers",
        "All layers share one cache; each has keys and values of its own.",
        "What does the second layer find in a cache into which the first has just put its keys?",
        (CACHES, "[LayerCache(self.config, batch, self.tokens.weight)] * len(self.blocks)"),
    )
    mistake(
        "old_ones_forgotten",
        "The cache gives back the new keys and values only.",
        "Which positions should the newest query attend to?",
        ("return self.k[:, :, :end], self.v[:, :, :end]", "return k, v"),
    )
