"""where before and after, sum over count"""
import torch


def sft_loss(logits, tokens, mask):
    x = torch.where(mask[:, :, None], logits[:, :-1].float(), 0.0)
    nll = -x.log_softmax(-1).gather(-1, tokens[:, 1:, None])[:, :, 0]
    nll = nll.masked_fill(~mask, 0.0)
    return nll.sum() / mask.sum()
