"""mask padded to full length, nonzero loop"""
import torch


def entropy_bonus(logits, mask):
    x = logits.double()
    first = torch.zeros(mask.shape[0], 1, dtype=torch.bool, device=mask.device)
    is_target = torch.cat([first, mask], dim=1)
    total = x[:, :0].sum()
    places = is_target.nonzero().tolist()
    for b, t in places:
        row = x[b, t]
        row = row[row > float("-inf")]
        total = total + (torch.softmax(row, 0) * -torch.log_softmax(row, 0)).sum()
    return total / max(len(places), 1)
