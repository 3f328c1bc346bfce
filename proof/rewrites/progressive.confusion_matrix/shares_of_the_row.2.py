"""Loop over the rows, empty rows left at zero."""
import numpy as np


def confusion_matrix(labels, predictions):
    matrix = np.zeros((2, 2))
    for i, label in enumerate((False, True)):
        answers = predictions[labels == label]
        if answers.size > 0:
            matrix[i, 0] = np.sum(~answers) / answers.size
            matrix[i, 1] = np.sum(answers) / answers.size
    return matrix
