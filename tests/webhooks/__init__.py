"""Webhooks: the engine under every fault."""
