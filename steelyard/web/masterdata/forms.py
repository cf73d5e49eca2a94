"""Master data forms: upload."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile


class ManyFilesInput(forms.ClearableFileInput):
    """Lets several files be chosen at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file by itself."""
        files = data if isinstance(data, (list, tuple)) else [data]
        sent = [super(ManyFilesField, self).clean(file, initial) for file in files]
        return [file for file in sent if file]


class UploadForm(forms.Form):
    """Files of an extract, and a mapping where they do not follow the contract."""

    tables = ManyFilesField(
        label="Files", help_text="One zip, or CSV, Excel and Parquet files with a manifest.toml among them."
    )
    mapping = ManyFilesField(
        label="Mapping",
        required=False,
        help_text="TOML files that say how the files become tables of the contract; begins with mapping.toml.",
    )

    def sent(self) -> list[UploadedFile[Any]]:
        """The files."""
        return list(self.cleaned_data["tables"])
