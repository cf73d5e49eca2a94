"""Data addresses."""

from django.urls import path, register_converter

from steelyard.web.masterdata import views


class PartConverter:
    """One of the parts of an extract."""

    regex = "|".join(key for key, _ in views.PARTS)

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(PartConverter, "part")

app_name = "masterdata"
urlpatterns = [
    path("", views.extract_list, name="extracts"),
    path("upload/", views.upload, name="upload"),
    path("<slug:digest>/", views.extract_page, name="extract"),
    path("<slug:digest>/<part:part>/", views.extract_page, name="part"),
    path("<slug:digest>/quarantine/<slug:table>.csv", views.quarantine_file, name="quarantine_file"),
]
