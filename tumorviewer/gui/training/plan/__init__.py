"""One page of training."""
