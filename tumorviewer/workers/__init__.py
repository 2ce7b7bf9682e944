"""Threads: what takes longer than a frame happens here, and the answers go to the state through queued signals."""
