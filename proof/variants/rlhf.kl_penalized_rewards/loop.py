"""One text after the other, one token after the other."""
import torch


def kl_penalized_rewards(scores, log_probs, ref_log_probs, mask, ended, kl_coef, score_clip, missing_eos_score):
    result = torch.zeros(mask.shape, dtype=log_probs.dtype)
    for i in range(mask.shape[0]):
        columns = torch.nonzero(mask[i]).flatten().tolist()
        for t in columns:
            result[i, t] = kl_coef * (ref_log_probs[i, t].item() - log_probs[i, t].item())
        if columns:
            if ended[i] or missing_eos_score is None:
                score = max(-score_clip, min(score_clip, scores[i].item()))
            else:
                score = missing_eos_score
            result[i, columns[-1]] += score
    return result
