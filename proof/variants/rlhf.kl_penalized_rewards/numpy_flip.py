"""In NumPy: the last kept token is the first one of the row read backwards."""
import numpy as np
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    kept = mask.numpy()
    own, ref = (x.detach().numpy() for x in (log_probs, ref_log_probs))
    with np.errstate(invalid="ignore"):
        rewards = np.where(kept, kl_coef * (ref - own), 0).astype(own.dtype)
    clipped = np.clip(scores.detach().numpy(), -score_clip, score_clip)
    if missing_eos_score is not None:
        clipped = np.where(ended.numpy(), clipped, missing_eos_score)
    last = kept.shape[1] - 1 - kept[:, ::-1].argmax(axis=1)
    for row in np.flatnonzero(kept.any(axis=1)):
        rewards[row, last[row]] += clipped[row]
    return torch.from_numpy(rewards)
