"""Static files: named by their content, so that browsers may keep them for ever."""

from typing import ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Hashes names, also of the modules that our own modules import.

    NOTE: Django's global switch for modules also rewrites other packages' files and fails on one of
    them, so the pattern is given for our own folder only.
    """

    patterns: ClassVar = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("ui/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
