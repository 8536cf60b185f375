"""Names the entries of the generation that is live, without loading its index or an encoder. Only reads."""

import json

from faq_index.store import Store


def live_ids(store: Store) -> tuple[str, ...]:
    """Ids of the generation that is live, read without loading it; () where none is or it can't be read."""
    current = store.current_id()
    if current is None:
        return ()
    try:
        stored = json.loads((store.folder / current / "entries.json").read_text(encoding="utf-8"))
        return tuple(str(row["id"]) for row in stored["entries"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()  # a damaged generation is the store's to report, and says nothing of the file
