"""Makes a picture anew from its pixels: what it was called, where it was taken and what was hidden in it is gone.

The type is read from the content; names and declared types play no part. Only this module imports Pillow.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000  # a 40-megapixel phone; larger ones are bombs
LONGEST_SIDE = 2_560  # pixels; enough to read a screenshot
QUALITY = 85


class BadPicture(Exception):
    """No picture that is taken; `args[0]` is a short reason for the log."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture: `kind` is its content type, `ending` of its file name."""

    kind: str
    ending: str
    content: bytes


def cleaned(raw: bytes) -> Picture:
    """`raw` decoded, turned upright, made smaller where needed, and encoded anew as JPEG or PNG.

    :raises BadPicture: when it is no JPEG, PNG or WebP picture, is broken, or unfolds to too many pixels.
    """
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadPicture("too many pixels")
            as_png = image.format == "PNG"
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            pixels = upright.convert("RGB" if not upright.has_transparency_data else "RGBA")
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise BadPicture(type(error).__name__) from error
    # A fresh image takes along nothing but pixels: no EXIF, no comment, no colour profile, no thumbnail.
    clean = Image.new("RGB", pixels.size, "white")
    clean.paste(pixels, mask=pixels.getchannel("A") if pixels.mode == "RGBA" else None)
    out = BytesIO()
    if as_png:
        clean.save(out, "PNG")
        return Picture("image/png", "png", out.getvalue())
    clean.save(out, "JPEG", quality=QUALITY)
    return Picture("image/jpeg", "jpg", out.getvalue())
