"""Learning: the encoder and the decision model. Nothing here is imported while serving."""
