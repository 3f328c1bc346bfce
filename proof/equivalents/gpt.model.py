"""Mutants of GPTConfig, LayerCache and GPT that cannot differ from them."""

import torch

PAST = "past = cache[0].past if cache else 0"
ARGUMENTS = {
    "explicit_attention: bool = False → explicit_attention: bool = True": "Both ways to attend compute the same.",
    f"{PAST} → {PAST.replace('0]', ' -1]')}": "All layers have read equally many positions when the stream begins.",
    "(nothing) → like = like * 0": "Of `like` only the dtype and the device are used.",
    "nn.init.ones_(parameter) → pass": "A fresh norm's weights are 1; the line is for one whose memory was left empty.",
}


def outcome(names, rng):
    heads, context, layers = int(rng.integers(1, 3)), int(rng.integers(2, 7)), int(rng.integers(1, 3))
    config = names["GPTConfig"](
        vocab_size=int(rng.integers(1, 9)),
        context=context,
        n_layer=layers,
        n_head=heads,
        d_model=heads * int(rng.integers(8, 13)),  # of 1 or 2 columns, a norm can magnify rounding without bound
    )
    model = names["GPT"](config).double()
    tokens = torch.from_numpy(rng.integers(0, config.vocab_size, (2, context)))
    cache, cut = model.new_cache(2), int(rng.integers(1, context))
    pieces = [model(tokens[:, :cut], cache), model(tokens[:, cut:], cache)]
    return [piece.detach().numpy() for piece in (model(tokens), *pieces, *model.parameters())]
