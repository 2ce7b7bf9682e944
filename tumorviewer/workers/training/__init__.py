"""The threads behind the training tab; they are started when it is first opened."""
