"""Scans that come by themselves: a folder that is watched, and a receiver for what other machines send (no Qt)."""
