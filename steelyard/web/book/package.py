"""Package: an Office file is a zip of parts; settled, equal parts give equal bytes whatever the clock says."""

import re
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name."""
_TIME = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def settled(package: bytes, at: datetime) -> bytes:
    """Write a package again with one moment on everything, the workbooks within it too.

    Args:
        package: A .pptx or .xlsx file.
        at: The moment that its properties name.
    """
    out = BytesIO()
    with ZipFile(BytesIO(package)) as parts, ZipFile(out, "w", ZIP_DEFLATED) as kept:
        for part in sorted(parts.namelist(), key=_first):
            entry = ZipInfo(part, EARLIEST)
            entry.compress_type = ZIP_DEFLATED
            kept.writestr(entry, _settled_part(part, parts.read(part), at))
    return out.getvalue()


def _first(part: str) -> tuple[bool, str]:
    """The list of contents stands first, as readers of these files expect."""
    return part != "[Content_Types].xml", part


def _settled_part(name: str, content: bytes, at: datetime) -> bytes:
    if name.endswith(".xlsx"):
        return settled(content, at)
    if name == "docProps/core.xml":
        return _TIME.sub(rb"\g<1>" + at.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
    return content
