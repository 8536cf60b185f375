"""Vietnamese semantic search over the FAQ file. Knows nothing of tickets, chat or Rasa."""
