"""statistics module, sums of squares about the mean"""
import math
import statistics

import numpy as np


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("need arrays of the same shape")
    predicted = [float(x) for x in np.ravel(values)]
    actual = [float(x) for x in np.ravel(returns)]
    if len(set(actual)) == 1:
        return math.nan
    centre = statistics.fmean(predicted)
    regression = math.fsum((p - centre) ** 2 for p in predicted)
    grand = statistics.fmean(actual)
    total = math.fsum((a - grand) ** 2 for a in actual)
    return regression / total
