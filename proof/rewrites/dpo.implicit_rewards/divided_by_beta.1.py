"""log-ratio over temperature"""
import torch


def implicit_rewards(log_probs, ref_log_probs, beta):
    return (log_probs - ref_log_probs.detach()) / beta


def preference_numbers(chosen, rejected, ref_chosen, ref_rejected, beta):
    rc, rr = implicit_rewards(chosen, ref_chosen, beta), implicit_rewards(rejected, ref_rejected, beta)
    share = (rc > rr).float().mean() + (rc == rr).float().mean() / 2
    keys = ("chosen_reward", "rejected_reward", "margin", "accuracy")
    values = (rc.mean(), rr.mean(), (rc - rr).mean(), share)
    return {k: v.item() for k, v in zip(keys, values)}
