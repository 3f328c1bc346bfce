"""augmented Gumbel noise, argmax"""
import numpy as np


def sample_categorical(logits, rng):
    logits += rng.gumbel(size=logits.shape)
    return logits.argmax(axis=-1)
