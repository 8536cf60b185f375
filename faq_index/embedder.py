"""Text to unit vectors: any sentence-transformers model by folder or hub name, and a hashing twin for tests.

A folder holding nothing but token embeddings (the shipped encoder is one) is read with numpy: the same vectors,
without the six seconds and 300 MB of importing torch. Never fetches a model unless the name is not a folder.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from faq_index.errors import ModelError
from faq_index.syllables import fold


class Embedder(Protocol):
    """`fingerprint` changes whenever the vectors would."""

    fingerprint: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of shape (texts, dimension); a text nothing is known of gives a row of zeros."""
        ...


def unit_rows(vectors: NDArray[Any]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)


class HashEmbedder:
    """Hashed characters of words without diacritics: real, deterministic, knows no meaning."""

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.fingerprint = f"hash-{dimension}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        out = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(out, texts, strict=True):
            for word in fold(text).split():
                padded = f" {word} "
                for i in range(len(padded) - 2):
                    row[zlib.crc32(padded[i : i + 3].encode("utf-8", "replace")) % self.dimension] += 1
        return unit_rows(out)


class StaticEncoder:
    """The mean of token embeddings, read from a sentence-transformers folder of that kind."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file  # noqa: PLC0415  # only where a static model is used
        from tokenizers import Tokenizer  # noqa: PLC0415

        try:
            self._tokenizer = Tokenizer.from_file(str(_one_file(folder, "tokenizer.json")))
            self._tokenizer.no_padding()
            weights_file = _one_file(folder, "model.safetensors")
            self._weights = load_file(weights_file)["embedding.weight"]
        except Exception as error:  # the two libraries raise bare Exception for a damaged file
            raise ModelError(f"Mô hình trong {folder} hỏng hoặc thiếu tệp: {error}") from error
        self.dimension = int(self._weights.shape[1])
        self.fingerprint = _fingerprint(folder)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        out = np.zeros((len(texts), self.dimension), np.float32)
        for row, encoding in zip(
            out, self._tokenizer.encode_batch(list(texts), add_special_tokens=False), strict=True
        ):
            if encoding.ids:
                row[:] = self._weights[encoding.ids].astype(np.float32).mean(axis=0)
        return unit_rows(out)


class SentenceTransformerEmbedder:
    """Any model that SentenceTransformer loads, on the CPU."""

    def __init__(self, model: str, prompt: str = "") -> None:
        folder = Path(model)
        if folder.is_dir():
            # A folder is complete or broken; asking the hub for missing parts would hang without a network.
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  # six seconds to import

        try:
            self._model = SentenceTransformer(model, device="cpu", local_files_only=folder.is_dir())
        except Exception as error:  # what a broken model raises depends on its parts
            raise ModelError(f"Không nạp được mô hình '{model}' (FAQ_MODEL): {error}") from error
        self._prompt = prompt
        probe = self.encode(["mật khẩu"])
        other = self.encode(["lương hưu"])  # as many words: else their number alone would tell them apart
        # A folder without its vocabulary loads in silence and gives every text the same vector.
        if (
            not np.isfinite(probe).all()
            or not np.isfinite(other).all()
            or np.allclose(probe, other, atol=1e-4)
        ):
            raise ModelError(
                f"Mô hình '{model}' (FAQ_MODEL) không phân biệt được hai câu khác nhau; có thể thiếu tệp từ vựng, hãy chép lại."
            )
        self.dimension = int(probe.shape[1])
        base = (
            _fingerprint(folder)
            if folder.is_dir()
            else hashlib.sha256(model.encode() + probe.tobytes()).hexdigest()[:16]
        )
        self.fingerprint = (
            base if not prompt else hashlib.sha256(f"{base}|{prompt}".encode()).hexdigest()[:16]
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._model.encode(
            [self._prompt + t for t in texts], batch_size=256, show_progress_bar=False
        )
        return unit_rows(np.asarray(vectors, dtype=np.float32))


def load_embedder(model: str, prompt: str = "") -> Embedder:
    """The embedder of FAQ_MODEL: "hash" for the twin, a folder, or a hub name. Raises ModelError."""
    if model == "hash":
        return HashEmbedder()
    folder = Path(model)
    looks_like_path = folder.is_absolute() or folder.exists() or model.startswith(("./", "data/", "var/"))
    if looks_like_path and not (folder / "modules.json").is_file():
        raise ModelError(f"Thư mục mô hình '{model}' không có hoặc thiếu modules.json; kiểm tra FAQ_MODEL.")
    if not prompt and folder.is_dir() and _is_static(folder):
        return StaticEncoder(folder)
    return SentenceTransformerEmbedder(model, prompt)


def _is_static(folder: Path) -> bool:
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [str(m["type"]).rsplit(".", 1)[-1] for m in modules]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"modules.json trong {folder} hỏng; chép lại mô hình.") from error
    return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


def _one_file(folder: Path, name: str) -> Path:
    found = sorted(folder.rglob(name))
    if not found:
        raise FileNotFoundError(f"thiếu {name}")
    return found[0]


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".safetensors", ".json", ".bin", ".txt", ".model"} and path.name != "report.json":
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
