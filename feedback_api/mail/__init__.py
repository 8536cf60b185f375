"""Mail out: templates, and the worker that empties the outbox."""
