"""zeros around the part, F.cross_entropy"""
from torch.nn import functional as F

from curriculum import tensor_parallel
from curriculum.collectives import all_gather


def parallel_cross_entropy(logits, targets, start, comm):
    end = start + logits.shape[-1]
    vocabulary = int(all_gather(logits.new_tensor([end]), comm).max())
    padded = F.pad(logits, (start, vocabulary - end))
    whole = tensor_parallel.reduce_from_ranks(padded, comm)
    losses = F.cross_entropy(whole.reshape(-1, vocabulary), targets.reshape(-1), reduction="none")
    return losses.reshape(targets.shape)
