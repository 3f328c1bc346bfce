"""where and a sum over time"""
import torch


def last_token_scores(scores, tokens, pad):
    kept = torch.where(tokens != pad, scores, torch.zeros_like(scores))
    return kept.sum(dim=-1)
