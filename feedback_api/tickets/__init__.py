"""Tickets as threads of typed events; status and event are always written together."""
