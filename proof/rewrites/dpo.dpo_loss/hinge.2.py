"""margin_ranking_loss of the rewards"""
import torch
from torch import nn


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    reward_w = beta * (chosen - ref_chosen.detach())
    reward_l = beta * (rejected - ref_rejected.detach())
    ranking = nn.MarginRankingLoss(margin=1.0)
    return ranking(reward_w, reward_l, torch.ones_like(reward_w))
